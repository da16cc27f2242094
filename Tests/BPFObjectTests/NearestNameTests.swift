// SPDX-License-Identifier: Apache-2.0

@testable import BPFObject
import Testing

/// What one may have meant by a pattern that no name matches.
struct NearestNameTests {
    let known = ["tcp_connect", "tcp_connect_init", "tcp_sendmsg", "udp_sendmsg", "vfs_read"]

    @Test(arguments: [
        ("tpc_conn*", ["tcp_conn*"]), ("*_senmdsg", ["*_sendmsg"]), ("vfs_raed", ["vfs_read"]), ("tcp_*snedmsg", ["tcp_sendmsg"]), ("zzzzzzzz*", []),
        ("*", []),
        ("", []),
    ])
    func aPatternIsNearToBeginningsAndEndsOfNames(_ pattern: String, _ near: [String]) {
        #expect(NearestNames.of(NamePattern(pattern), among: known) == near)
    }
}
