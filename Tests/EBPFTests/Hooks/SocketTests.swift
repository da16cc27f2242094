// SPDX-License-Identifier: Apache-2.0

import BPFAssembly
import CNamespaces
@testable import EBPF
import Glibc
import Testing

/// Programs on sockets, which the kernel takes away without asking whose they are.
@Suite(.enabled(if: LiveKernel.isAvailable, LiveKernel.reason))
struct SocketTests {
    @Test func anAttachmentThatWasReplacedLeavesTheNewerOneOnItsSocket() async {
        await #expect(processExitsWith: .success) {
            try HookTests.takeNamespaces()
            let (first, second) = (try TriedProgram("hook_socket"), try TriedProgram("hook_socket"))
            let socket = bind_datagrams(9, 0)
            try HookTests.check(socket, "bind")
            defer { close(socket) }
            let earlier = try first.program.attach(toSocket: socket)
            let later = try second.program.attach(toSocket: socket)
            earlier.detach()
            try HookTests.check(send_datagram(9), "send")
            #expect(try first.seen() == 0, "the first was replaced")
            #expect(try second.seen() == 1, "the second is still there")
            later.detach()
            try HookTests.check(send_datagram(9), "send")
            #expect(try second.seen() == 1, "the second has gone")
        }
    }

    @Test func aClassicFilterThatCameLaterStaysOnTheSocket() async {
        await #expect(processExitsWith: .success) {
            try HookTests.takeNamespaces()
            let tried = try TriedProgram("hook_socket")
            let socket = bind_datagrams(9, 0)
            try HookTests.check(socket, "bind")
            defer { close(socket) }
            let link = try tried.program.attach(toSocket: socket)
            // struct sock_fprog with one instruction: return 0, which takes no packet. SO_ATTACH_FILTER is 26.
            var instruction: UInt64 = 6
            let status = withUnsafeMutablePointer(to: &instruction) { instruction in
                var program: (UInt64, UnsafeMutablePointer<UInt64>) = (1, instruction)
                return setsockopt(socket, SOL_SOCKET, 26, &program, 16)
            }
            try HookTests.check(status, "SO_ATTACH_FILTER")
            link.detach()
            var size: socklen_t = 0
            #expect(getsockopt(socket, SOL_SOCKET, 26, nil, &size) == 0 && size == 1, "the filter is still there")
        }
    }

    @Test func anAttachmentThatWasReplacedLeavesTheNewerOneOnThePortThatSocketsShare() async {
        await #expect(processExitsWith: .success) {
            try HookTests.takeNamespaces()
            let (first, second) = (try TriedProgram("hook_sk_reuseport"), try TriedProgram("hook_sk_reuseport"))
            let sockets = [bind_datagrams(11, 1), bind_datagrams(11, 1)]
            for socket in sockets { try HookTests.check(socket, "bind") }
            defer { for socket in sockets { close(socket) } }
            let earlier = try first.program.attach(toReuseport: sockets[0])
            let later = try second.program.attach(toReuseport: sockets[1])
            earlier.detach()
            try HookTests.check(send_datagram(11), "send")
            #expect(try first.seen() == 0, "the first was replaced")
            #expect(try second.seen() == 1, "the second is still there")
            later.detach()
            try HookTests.check(send_datagram(11), "send")
            #expect(try second.seen() == 1, "the second has gone")
        }
    }
}
