// SPDX-License-Identifier: Apache-2.0

public import BPFObject
import CLinux
import Glibc

/// What the kernel says of a link (`struct bpf_link_info`).
public struct LinkInformation: Sendable, Hashable {
    /// The number by which the kernel knows the link while it is there.
    public let id: UInt32
    /// The number by which it knows the program that is attached; 0 where the link is of a set of functions.
    public let programID: UInt32
    /// The kind of link in the kernel's own word: `perf_event`, `xdp`, `tcx`; a number where it is not known here.
    public let kind: String
    /// Where the program is attached, as far as the kernel tells.
    public let hook: Hook
    /// How many places the link has; more than one for `kprobe_multi` and `uprobe_multi`.
    public let placeCount: Int
    /// How often the program was not run since it was running already, where the kernel counts that (Linux 6.7).
    public let missed: UInt64
    /// The number that the program sees as its attachment's (`bpf_get_attach_cookie`), where the kernel tells it (Linux 6.9 and newer).
    public let cookie: UInt64?
}

extension Link {
    /// What the kernel says of the link. Linux 5.8.
    ///
    /// - Throws: ``EBPFError`` where the attachment has no link of the kernel, or several, or it refuses.
    public borrowing func information() throws(EBPFError) -> LinkInformation {
        let operation = "ask about the link to \(hook)"
        return try LinkInformation(of: try kernelLink(for: operation), for: operation)
    }
}

extension LinkInformation {
    /// `enum bpf_link_type` of `include/uapi/linux/bpf.h`, Linux 7.2.
    private static let kinds = [
        "unspec", "raw_tracepoint", "tracing", "cgroup", "iter", "netns", "xdp", "perf_event", "kprobe_multi", "struct_ops", "netfilter", "tcx",
        "uprobe_multi", "netkit", "sockmap", "tracing_multi",
    ]

    /// What an answer of the kernel's says.
    init(_ answer: bpf_link_information, name: String) {
        let details = Details(answer, name: name)
        id = answer.id
        programID = answer.prog_id
        kind = Int(exactly: answer.type).flatMap { Self.kinds.indices.contains($0) ? Self.kinds[$0] : nil } ?? "\(answer.type)"
        hook = details.hook
        (placeCount, missed, cookie) = (details.placeCount, details.missed, details.cookie)
    }

    /// Asks the kernel about a link.
    ///
    /// - Parameter room: how many bytes of a name are kept, with the zero behind it: by default as many as a path may have (`PATH_MAX`).
    init(of link: SharedDescriptor, for operation: String, roomForName room: Int = 4096) throws(EBPFError) {
        var answer = bpf_link_information()
        var name: [UInt8] = []
        var status = objectInformation(of: link.number, &answer)
        // Names are asked for once the kind is known, since their place depends on it.
        if status >= 0, let place = Self.placeOfName(answer) {
            var named = bpf_link_information()
            name = [UInt8](repeating: 0, count: room)
            status = name.withUnsafeMutableBytes { bytes in
                withUnsafeMutableBytes(of: &named.details) { details in
                    details.storeBytes(of: address(bytes.baseAddress), toByteOffset: place.address, as: UInt64.self)
                    details.storeBytes(of: UInt32(bytes.count), toByteOffset: place.size, as: UInt32.self)
                }
                return objectInformation(of: link.number, &named)
            }
            switch status {
            // A name that is longer than the room: the kernel has written its beginning and told nothing else, or not even that.
            case -ENOSPC, -ENAMETOOLONG: status = 0
            default: answer = named
            }
        }
        guard status >= 0 else { throw EBPFError(system: -status, operation, needs: [.bpf]) }
        self.init(answer, name: String(decoding: name.prefix { $0 != 0 }, as: UTF8.self))
    }

    /// Where the address and the size of the buffer for a name stand among the details of a kind; `nil` for kinds without names.
    private static func placeOfName(_ answer: bpf_link_information) -> (address: Int, size: Int)? {
        switch answer.type {
        case 1, 4: (0, 8)
        // A perf event whose type says that it has one: uprobes, kprobes, tracepoints.
        case 7: (1...5).contains(Details(answer, name: "").word(at: 0)) ? (8, 16) : nil
        // The path of the file, since Linux 6.8; older kernels leave the buffer as it is.
        case 12: (0, 32)
        default: nil
        }
    }

    /// What a kind of link adds, by its place in the union of `struct bpf_link_info`.
    private struct Details {
        let type: UInt32
        let name: String
        private let bytes: [UInt8]

        init(_ answer: bpf_link_information, name: String) {
            type = answer.type
            self.name = name
            var answer = answer
            bytes = withUnsafeBytes(of: &answer.details) { Array($0) }
        }

        func word(at offset: Int) -> UInt32 {
            bytes.withUnsafeBytes { offset <= $0.count - 4 ? $0.loadUnaligned(fromByteOffset: offset, as: UInt32.self) : 0 }
        }

        func long(at offset: Int) -> UInt64 { UInt64(word(at: offset)) | UInt64(word(at: offset + 4)) << 32 }

        var placeCount: Int {
            switch type {
            case 8: Int(word(at: 8))
            case 12: Int(word(at: 36))
            default: 1
            }
        }

        var missed: UInt64 {
            switch type {
            case 7 where word(at: 0) == 3 || word(at: 0) == 4: long(at: 32)
            case 8: long(at: 16)
            default: 0
            }
        }

        var cookie: UInt64? {
            let place: Int?
            switch (type, word(at: 0)) {
            case (1, _), (2, _): place = 16
            case (7, 1), (7, 2): place = 24
            case (7, 3), (7, 4): place = 40
            case (7, 5), (7, 6): place = 24
            default: place = nil
            }
            guard let place else { return nil }
            let value = long(at: place)
            return value == 0 ? nil : value
        }

        var hook: Hook {
            switch type {
            case 1: .rawTracepoint(name: name)
            case 2: tracing
            case 3: .cgroup(AttachType(rawValue: word(at: 8)), path: nil)
            case 4: .iterator(kind: name)
            case 5: .networkNamespace(AttachType(rawValue: word(at: 4)), path: nil)
            case 6: .xdp(interface: interface)
            case 7: perfEvent
            case 8: .kprobes(pattern: "\(placeCount) functions", word(at: 12) & 1 == 0 ? .entry : .exit)
            case 9: .structOperations(map: structOperations)
            case 10: .netfilter
            case 11: .trafficControl(AttachType(rawValue: word(at: 4)) == .tcxIngress ? .ingress : .egress, interface: interface)
            case 12: .uprobes(binary: name, pattern: "\(placeCount) places", word(at: 40) & 1 == 0 ? .entry : .exit)
            case 13: .netkit(AttachType(rawValue: word(at: 4)) == .netkitPeer ? .peer : .primary, interface: interface)
            case 14: .socketMap(AttachType(rawValue: word(at: 4)))
            // Of those of many trampolines (15, Linux 7.2), the kernel tells neither the functions nor where in them.
            default: .other(type: type)
            }
        }

        private var interface: String? {
            let index = word(at: 0)
            return index == 0 ? nil : NetworkInterface.name(ofIndex: index) ?? "\(index)"
        }

        /// The name of the map that holds the set, where this process may ask for it.
        private var structOperations: String? { (try? Map(id: word(at: 0)))?.name }

        private var tracing: Hook {
            // The kernel tells the number of the function among the types, not its name.
            let function = "\(word(at: 8))"
            switch AttachType(rawValue: word(at: 0)) {
            case .traceRawTracepoint: return .typedTracepoint(name: function)
            case .traceFexit: return .function(name: function, .exit)
            case .modifyReturn: return .function(name: function, .modifiedReturn)
            case .traceFsession: return .function(name: function, .session)
            case .lsmMAC: return .securityModule(hook: function)
            case .traceFentry: return .function(name: function, .entry)
            // Programs that replace functions have no attach type.
            case AttachType(rawValue: 0): return .replacement(function: function)
            default: return .other(type: type)
            }
        }

        private var perfEvent: Hook {
            switch word(at: 0) {
            case 1, 2: .uprobe(binary: name, place: "0x\(String(word(at: 20), radix: 16))", isReturn: word(at: 0) == 2)
            case 3, 4: .kprobe(function: name, offset: UInt64(word(at: 20)), isReturn: word(at: 0) == 4)
            case 5: .tracepoint(category: "", name: name)
            default: .perfEvent
            }
        }
    }
}
