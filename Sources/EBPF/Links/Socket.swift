// SPDX-License-Identifier: Apache-2.0

import BPFObject
import CLinux
import Glibc

extension Program {
    /// Has the program decide how much of each packet a socket receives (`SO_ATTACH_BPF`), Linux 3.19. A filter that the socket has already is replaced.
    ///
    /// Dropping the value takes the program off, unless a newer attachment of this process is on that socket, or a classic filter (`SO_ATTACH_FILTER`). The
    /// kernel does not tell whose program is there: one that another process has put on the same socket meanwhile is taken off as well.
    ///
    /// - Parameter socket: the socket's descriptor, which stays the caller's; the value holds a copy of it until it is dropped.
    /// - Throws: ``EBPFError`` where it is no socket, or its filter is locked.
    public func attach(toSocket socket: Int32) throws(EBPFError) -> Link {
        try attach(.socket, [.socketFilter], socket, on: 50, off: 27)  // SO_ATTACH_BPF, SO_DETACH_BPF
    }

    /// Has the program choose among the sockets that share a port with this one (`SO_ATTACH_REUSEPORT_EBPF`), Linux 4.19. It is taken off on Linux 5.3
    /// and newer.
    ///
    /// There is one for all sockets that share the port, and a newer one replaces it. Dropping the value takes the program off unless a newer attachment of
    /// this process is there, also by another of those sockets. What other processes put there is not known, and taken off as well.
    ///
    /// - Parameter socket: the descriptor of one of them, with `SO_REUSEPORT`; it stays the caller's.
    /// - Throws: ``EBPFError`` where it is no socket, or shares no port.
    public func attach(toReuseport socket: Int32) throws(EBPFError) -> Link {
        try attach(.reuseport, [.skReuseport, .socketFilter], socket, on: 52, off: 68)  // SO_ATTACH_REUSEPORT_EBPF, SO_DETACH_REUSEPORT_BPF
    }

    private func attach(_ hook: Hook, _ types: [ProgramType], _ socket: Int32, on: Int32, off: Int32) throws(EBPFError) -> Link {
        try check(types, for: hook)
        let copy = fcntl(socket, F_DUPFD_CLOEXEC, 0)
        guard copy >= 0 else { throw EBPFError(system: errno, operation(attachingTo: hook)) }
        let kept = SharedDescriptor(Descriptor(copy))
        var program = descriptor.number
        var refusal: Int32 = 0
        let claim = SocketClaim.claim(socket, option: off, isShared: hook == .reuseport) {
            let isDone = setsockopt(socket, SOL_SOCKET, on, &program, socklen_t(MemoryLayout<Int32>.size)) == 0
            refusal = isDone ? 0 : errno
            return isDone
        }
        guard let claim else {
            switch refusal {
            case ENOTSOCK: throw EBPFError(.invalid, operation(attachingTo: hook), cause: "the descriptor is no socket's", errno: refusal)
            case EPERM:
                throw EBPFError(
                    .permission, operation(attachingTo: hook), cause: "the socket's filter is locked (SO_LOCK_FILTER)",
                    remedy: "attach the program before the filter is locked", errno: refusal)
            default: throw EBPFError(system: refusal, operation(attachingTo: hook))
            }
        }
        return Link(hook: hook, .socket(kept, option: off, claim))
    }
}
