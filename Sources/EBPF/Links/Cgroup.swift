// SPDX-License-Identifier: Apache-2.0

public import BPFObject
import BPFAssembly
import CLinux
import Glibc

/// Who else may be attached to a cgroup, in the older form of attaching (`BPF_F_ALLOW_*`).
public enum CgroupSharing: Sendable, Hashable {
    /// Nobody, neither there nor in cgroups below.
    case exclusive
    /// Programs of cgroups below, which stand in for this one.
    case overridable
    /// Others, there and below; all of them run.
    case multiple

    var flags: UInt32 {
        switch self {
        case .exclusive: 0
        case .overridable: 1 << 0
        case .multiple: 1 << 1
        }
    }
}

extension Program {
    /// The kinds of programs that are attached to cgroups.
    private static let cgroupTypes: [ProgramType] = [
        .cgroupSKB, .cgroupSock, .cgroupSockAddr, .cgroupSockopt, .cgroupSysctl, .cgroupDevice, .sockOps, .lsm,
    ]

    /// Attaches the program to a cgroup of the unified hierarchy (cgroup2), beside others; it sees what the processes there and below do. Linux 5.7;
    /// `lsm_cgroup` 6.0.
    ///
    /// - Parameters:
    ///   - path: the cgroup's directory.
    ///   - attachType: for programs of section `cgroup/skb`, which leave it open, ingress or egress.
    ///   - order: where it stands among other programs, Linux 6.17 (seen on 6.12.117 as well); `nil` for last. A program that it names
    ///     must be attached there by a link, which is looked for among the machine's: that takes CAP_SYS_ADMIN.
    /// - Throws: ``EBPFError`` where the directory is no such cgroup, a program above allows none beside it, the program that `order` names is not attached
    ///   there, or the kernel refuses.
    public func attach(toCgroup path: String, _ attachType: AttachType? = nil, order: LinkOrder? = nil) throws(EBPFError) -> Link {
        let (hook, directory, type) = try open(cgroup: path, attachType)
        var (flags, relative) = (order?.flags ?? 0, UInt32(0))
        if let other = order?.program {
            // Here the kernel puts links beside links alone, and not beside programs.
            relative = try CgroupLink.identifier(of: other, in: directory, type, for: operation(attachingTo: hook))
            flags |= 1 << 5 | 1 << 13  // BPF_F_ID, BPF_F_LINK
        }
        let number = createLink(target: directory.number, type, flags: flags) { $0.order.relative = relative }
        return try link(hook, number, asking: order == nil ? [] : [.cgroupOrder])
    }

    /// Attaches the program to a cgroup in the older form (BPF_PROG_ATTACH), which has no link: the value takes it out again. Linux 4.10.
    ///
    /// The cgroup holds the program: where the process is killed, it stays until it is taken out or the cgroup is removed.
    ///
    /// - Parameters:
    ///   - sharing: who else may be attached.
    ///   - old: with ``CgroupSharing/multiple``, a program that is there and is replaced (Linux 5.6).
    /// - Throws: ``EBPFError`` as for ``attach(toCgroup:_:order:)``.
    public func attach(
        toCgroup path: String, _ attachType: AttachType? = nil, sharing: CgroupSharing, replacing old: Program? = nil
    ) throws(EBPFError) -> Link {
        let (hook, directory, type) = try open(cgroup: path, attachType)
        var attributes = bpf_program_attach_attributes()
        attributes.target_fd = UInt32(bitPattern: directory.number)
        attributes.attach_bpf_fd = UInt32(bitPattern: descriptor.number)
        attributes.attach_type = type.rawValue
        attributes.attach_flags = sharing.flags | (old == nil ? 0 : 1 << 2)  // BPF_F_REPLACE
        attributes.replace_bpf_fd = UInt32(bitPattern: old?.descriptor.number ?? 0)
        let status = bpf(.programAttach, &attributes)
        guard status >= 0 else { throw failure(attachingTo: hook, errno: -status) }
        return Link(hook: hook, .attached(target: directory, program: descriptor, type))
    }

    private func open(cgroup path: String, _ wanted: AttachType?) throws(EBPFError) -> (Hook, SharedDescriptor, AttachType) {
        let type = attachType ?? wanted
        let hook = Hook.cgroup(type, path: path)
        try check(Self.cgroupTypes, for: hook)
        guard let type else {
            throw EBPFError(
                .invalid, operation(attachingTo: hook), cause: "its section does not say what of the cgroup it sees",
                remedy: "say .cgroupInetIngress or .cgroupInetEgress")
        }
        let number = linux_openat(AT_FDCWD, path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard number >= 0 else {
            throw EBPFError(
                .noSuchTarget, operation(attachingTo: hook), cause: "\(path) cannot be opened: \(Failure.text(of: errno))",
                remedy: "name a directory below the mount of cgroup2 (mount -t cgroup2 says where)", errno: errno)
        }
        return (hook, SharedDescriptor(Descriptor(number)), type)
    }
}
