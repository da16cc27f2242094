// SPDX-License-Identifier: Apache-2.0

import Glibc

/// A turn at changing the configuration of a network namespace: a lock on the file of the namespace itself (flock(2)), which goes with the process.
///
/// Only those wait who ask for one. Who waits too long goes on without: another's lock must not hold up for ever.
struct NamespaceTurn {
    private let descriptor: Int32?

    /// Waits for the turn, two seconds at most.
    init(_ netlink: Netlink) {
        descriptor = netlink.openNamespace()
        guard let descriptor else { return }
        for _ in 0..<2_000 {
            guard flock(descriptor, LOCK_EX | LOCK_NB) != 0, errno == EWOULDBLOCK || errno == EINTR else { return }
            usleep(1_000)
        }
    }

    /// Lets others have their turns.
    func end() {
        if let descriptor { close(descriptor) }
    }
}
