// SPDX-License-Identifier: Apache-2.0

public import BPFObject
import CLinux
import Glibc

/// A program's attachment to a hook. Dropping it detaches the program, unless the link is pinned.
///
/// Where the kernel has no links for a kind of hook, or is older than they are, the older form stands behind it: detaching works the same, while what
/// links alone can do (``pin(at:)``, ``update(to:replacing:)``, ``information()``) throws an ``EBPFError`` that says so.
///
/// When the process ends, however it does, links of the kernel go unless they are pinned, and so do events and filters of its sockets. Forms that a device,
/// a route, a cgroup or the kernel itself holds stay where the process is killed; the methods for them say so.
public struct Link: ~Copyable, Sendable {
    /// Where the program is attached.
    public let hook: Hook
    let attachment: Attachment

    init(hook: Hook, _ form: Attachment.Form) {
        self.init(hook: hook, Attachment(form))
    }

    init(hook: Hook, _ attachment: Attachment) {
        self.hook = hook
        self.attachment = attachment
    }

    /// Whether the kernel has a link for it: one that can be pinned, updated, and asked.
    public var isKernelLink: Bool { attachment.link != nil }

    /// Detaches the program now, rather than at the end of the link's scope; also from a link that is pinned, where the kernel can do that (Linux 5.9:
    /// cgroups, XDP, network namespaces; 6.4: struct_ops; 6.6: tcx; 6.7: netkit). The pin stays until it is removed, and holds nothing any more.
    public consuming func detach() {
        guard let link = attachment.link else { return }
        // Kinds that cannot be detached so are detached when the descriptor goes.
        var attributes = bpf_descriptor_by_id_attributes()
        attributes.id = UInt32(bitPattern: link.number)
        _ = bpf(.linkDetach, &attributes)
    }

    /// Has the hook call another program, without a moment in which it calls none. Linux 5.7 for cgroups, 5.8 for network namespaces, 5.9 for XDP,
    /// 5.19 for iterators, 6.6 for tcx, 6.7 for netkit, 6.10 for maps of sockets.
    ///
    /// - Parameters:
    ///   - program: the new program, of the same kind and attach type.
    ///   - old: the program that must be attached at the moment (`BPF_F_REPLACE`); `nil` where any may be.
    /// - Throws: ``EBPFError`` where the kind of hook has no such change, the kinds of programs differ, or another program than `old` is attached.
    public borrowing func update(to program: Program, replacing old: Program? = nil) throws(EBPFError) {
        let operation = "have \(hook) call program '\(program.name)'"
        let link = try kernelLink(for: operation)
        var attributes = bpf_link_update_attributes()
        attributes.link_fd = UInt32(bitPattern: link.number)
        attributes.new_prog_fd = UInt32(bitPattern: program.descriptor.number)
        if let old {
            attributes.flags = 1 << 2  // BPF_F_REPLACE
            attributes.old_prog_fd = UInt32(bitPattern: old.descriptor.number)
        }
        let status = bpf(.linkUpdate, &attributes)
        guard status >= 0 else { throw EBPFError(Failure(updating: -status, hook), operation, errno: -status) }
    }

    /// The kernel's link.
    ///
    /// - Throws: ``EBPFError`` that says what stands in its place.
    borrowing func kernelLink(for operation: String) throws(EBPFError) -> SharedDescriptor {
        if let link = attachment.link { return link }
        throw EBPFError(attachment.form.lackOfLink(to: hook), operation)
    }
}

extension Attachment.Form {
    /// Why there is no single link of the kernel.
    func lackOfLink(to hook: Hook) -> Failure {
        switch self {
        case .usdt(let probes): return probes.form?.lackOfLink(to: hook) ?? Failure(.unsupported, "the program is detached", "attach it")
        case .several(let parts):
            return Failure(
                .unsupported,
                "the attachment is made of \(parts.count) parts, one for each CPU or place, and the kernel knows no link of them together",
                "attach to each CPU or place on its own, or to many places by one link (kprobe.multi, uprobe.multi)")
        case .event:
            return Failure(
                .unsupported, "the program hangs on a perf event, for which kernels have links since Linux 5.15", "use a newer kernel")
        case .link, .attached, .undone, .socket:
            guard let form = hook.linkForm else { return Failure(.unsupported, "kernels have no links for \(hook)") }
            return Failure(.unsupported, "the program is attached in the older form, which has no link", "attach it by \(form)")
        }
    }
}

extension Hook {
    /// How a link is had where an older form exists as well; `nil` where kernels have none.
    fileprivate var linkForm: String? {
        switch self {
        case .xdp: "attach(toXDP:)"
        case .cgroup: "attach(toCgroup:_:order:)"
        case .trafficControl: "attach(toTrafficControl:), on Linux 6.6 or newer"
        case .socketMap: "attach(toSocketMap:), on Linux 6.10 or newer"
        case .structOperations: "the section .struct_ops.link, on Linux 6.4 or newer"
        default: nil
        }
    }
}

/// The attachments of several programs. Dropping it detaches all of them.
public struct Links: ~Copyable, Sendable {
    private var links: [(hook: Hook, attachment: Attachment)] = []

    /// No attachments yet.
    public init() {}

    /// How many attachments there are.
    public var count: Int { links.count }

    /// Where programs are attached, in the order in which they were taken in.
    public var hooks: [Hook] { links.map(\.hook) }

    /// Takes another attachment in.
    public mutating func append(_ link: consuming Link) {
        links.append((link.hook, link.attachment))
    }

    /// Detaches all programs now, rather than at the end of the scope.
    public consuming func detach() {}
}
