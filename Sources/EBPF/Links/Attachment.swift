// SPDX-License-Identifier: Apache-2.0

import BPFObject
import CLinux
import Glibc

/// What keeps a program at a hook. When the last reference goes, the program is detached.
///
/// Most hooks have links of the kernel; the others, and old kernels, have older forms, whose undoing is told here.
final class Attachment: Sendable {
    /// How a program is held.
    enum Form: Sendable {
        /// A link of the kernel.
        case link(SharedDescriptor)
        /// A perf event that carries the program, before Linux 5.15.
        case event(SharedDescriptor)
        /// BPF_PROG_ATTACH: the descriptor of the target, which is a map, and the program.
        case attached(target: SharedDescriptor, program: SharedDescriptor, AttachType)
        /// An entry that user space itself takes out again.
        case undone(@Sendable () -> Void)
        /// A socket, which the caller owns, with the option of setsockopt(2) that takes the program off it, and whether it is this attachment's to do so.
        case socket(SharedDescriptor, option: Int32, SocketClaim)
        /// Probes that programs declare, whose arguments the program is told of.
        case usdt(USDTAttachment)
        /// Several of these, for what the kernel attaches one by one.
        case several([Attachment])
    }

    let form: Form

    init(_ form: Form) {
        self.form = form
    }

    /// The kernel's link, where it is one.
    var link: SharedDescriptor? {
        switch form {
        case .link(let descriptor): descriptor
        case .usdt(let probes): probes.link
        default: nil
        }
    }

    deinit {
        switch form {
        case .link, .event, .usdt, .several: break
        case .attached(let target, let program, let type):
            // Where there is room for one program alone, the kernel takes away whoever is there: by now that may be another.
            var information = bpf_program_information()
            if let attached = AttachedPrograms(to: target.number, type), objectInformation(of: program.number, &information) >= 0,
                !attached.identifiers.contains(information.id)
            {
                break
            }
            var attributes = bpf_program_attach_attributes()
            attributes.target_fd = UInt32(bitPattern: target.number)
            attributes.attach_bpf_fd = UInt32(bitPattern: program.number)
            attributes.attach_type = type.rawValue
            _ = bpf(.programDetach, &attributes)
        case .undone(let undo): undo()
        case .socket(let socket, let option, let claim): claim.release { Self.clear(socket.number, option) }
        }
    }

    /// Takes the program off a socket, unless a classic filter has replaced it: those alone can be asked for (SO_GET_FILTER; EACCES stands for a program).
    private static func clear(_ socket: Int32, _ option: Int32) {
        var size: socklen_t = 0
        if option == 27, getsockopt(socket, SOL_SOCKET, 26, nil, &size) == 0, size > 0 { return }
        var nothing: Int32 = 0
        setsockopt(socket, SOL_SOCKET, option, &nothing, socklen_t(MemoryLayout<Int32>.size))
    }
}
