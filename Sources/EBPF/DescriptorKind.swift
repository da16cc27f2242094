// SPDX-License-Identifier: Apache-2.0

import Glibc

/// What a descriptor of this process stands for. The kernel answers about maps, programs and links alike (`BPF_OBJ_GET_INFO_BY_FD`), each in its own layout.
///
/// By the name of the file behind it, not by what `/proc/self/fdinfo` says: to read that of a link to many kprobes without cookies makes Linux 6.17 and 6.18
/// follow a null pointer (`bpf_kprobe_multi_show_fdinfo`; seen: 6.18.15).
enum DescriptorKind {
    case map
    case program
    case link

    /// By the names of `kernel/bpf/syscall.c`: a link is called otherwise where it was made than where it was opened.
    private static let names: [String: DescriptorKind] = [
        "anon_inode:bpf-map": .map, "anon_inode:bpf-prog": .program, "anon_inode:bpf_link": .link, "anon_inode:bpf-link": .link,
    ]

    /// The kind of a descriptor.
    enum Answer: Equatable {
        case known(DescriptorKind)
        case other
        /// There is no `/proc`.
        case unknown
    }

    /// Asks `/proc/self/fd`.
    static func of(_ number: Int32) -> Answer { of("/proc/self/fd/\(number)") }

    /// The same of an entry of a process's directory of descriptors.
    static func of(_ path: String) -> Answer {
        withUnsafeTemporaryAllocation(of: CChar.self, capacity: 64) { room in
            guard let start = room.baseAddress, case let count = readlink(path, start, room.count), count > 0 else { return .unknown }
            let name = String(decoding: room.prefix(count).map { UInt8(bitPattern: $0) }, as: UTF8.self)
            return names[name].map(Answer.known) ?? .other
        }
    }
}
