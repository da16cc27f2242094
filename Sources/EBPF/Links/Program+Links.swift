// SPDX-License-Identifier: Apache-2.0

import BPFObject
import BPFAssembly
import CLinux
import Glibc

extension Program {
    /// Creates a link of the kernel (BPF_LINK_CREATE): a descriptor, or a negative errno.
    func createLink(
        target: Int32, _ attachType: AttachType, flags: UInt32 = 0, _ describe: (inout bpf_link_details) -> Void = { _ in }
    ) -> Int32 {
        var attributes = bpf_link_create_attributes()
        attributes.prog_fd = UInt32(bitPattern: descriptor.number)
        attributes.target_fd = UInt32(bitPattern: target)
        attributes.attach_type = attachType.rawValue
        attributes.flags = flags
        describe(&attributes.details)
        return bpf(creating: &attributes)
    }

    /// What is done, for messages.
    func operation(attachingTo hook: Hook) -> String { "attach program '\(name)' to \(hook)" }

    /// A link to a hook, from what the kernel has answered.
    ///
    /// - Parameters:
    ///   - options: what was asked for that kernels learned later.
    ///   - holders: answers who is attached there, where the hook's name does not say enough to find out.
    /// - Throws: ``EBPFError`` where the answer is an errno.
    func link(
        _ hook: Hook, _ answer: Int32, asking options: [LaterOption] = [], holders: () -> [Holder]? = { nil }
    ) throws(EBPFError) -> Link {
        guard answer >= 0 else { throw failure(attachingTo: hook, errno: -answer, asking: options, holders: holders) }
        return Link(hook: hook, .link(SharedDescriptor(Descriptor(answer))))
    }

    /// Why the program could not be attached.
    ///
    /// - Parameters:
    ///   - options: what was asked for that kernels learned later.
    ///   - holders: answers who is attached there; `nil` where that was not found out.
    func failure(
        attachingTo hook: Hook, errno: Int32, asking options: [LaterOption] = [], holders: () -> [Holder]? = { nil }
    ) -> EBPFError {
        if let failure = Failure.ofOptions(options, errno: errno, kernel: .running) {
            return EBPFError(failure, operation(attachingTo: hook), errno: errno)
        }
        var seen = AttachCircumstances.look(at: hook, needing: type.neededCapabilities)
        if let holders = holders() { seen.holders = holders }
        guard let failure = Failure.ofAttaching(self.type, to: hook, errno: errno, seen) else {
            return EBPFError(system: errno, operation(attachingTo: hook), needs: type.neededCapabilities)
        }
        return EBPFError(failure, operation(attachingTo: hook), errno: errno)
    }

    /// The program's attach type where it is one of these kinds, and an error otherwise.
    ///
    /// - Throws: ``EBPFError`` that names both kinds.
    func check(_ types: [ProgramType], for hook: Hook) throws(EBPFError) {
        guard !types.contains(type) else { return }
        throw EBPFError(
            .invalid, operation(attachingTo: hook), cause: "programs of type \(type) are not attached there",
            remedy: "only those of type \(types.map(\.description).joined(separator: ", ")) are: see the program's section")
    }

    /// Makes sure that a probe's program may be attached to many places: sessions take one that was loaded for them, others one that was loaded for many
    /// places or for one.
    ///
    /// - Throws: ``EBPFError`` that says how it should be loaded. The kernel says EINVAL alone.
    func check(loadedFor place: CodePlace, _ hook: Hook, many: AttachType, sessions: AttachType, section: String) throws(EBPFError) {
        try check([.kprobe], for: hook)
        let wanted = place == .session ? sessions : many
        guard attachType != wanted, attachType != nil || place == .session else { return }
        throw EBPFError(
            .invalid, operation(attachingTo: hook), cause: "it was loaded for \(attachType?.description ?? "one place at a time"), not for \(wanted)",
            remedy: "name its section \(section).\(place == .session ? "session" : "multi"), or set the definition's attach type before it is loaded")
    }
}

/// What is looked at to explain why a program could not be attached.
struct AttachCircumstances: Sendable, Hashable {
    /// The running kernel's version, as far as it says it.
    var kernel: KernelVersion?
    /// Who is attached there; `nil` where that was not found out.
    var holders: [Holder]?
    /// Whether the network device is there.
    var hasDevice = true
    /// Whether one of the capabilities that programs of the kind need is missing.
    var lacksPrivilege = false

    static func look(at hook: Hook, needing capabilities: [Capability]) -> AttachCircumstances {
        var seen = AttachCircumstances(kernel: KernelVersion.running)
        seen.lacksPrivilege = capabilities.contains { !$0.isEffective && !Capability.systemAdministration.isEffective }
        if case .cgroup(let type?, let path?) = hook {
            let number = linux_openat(AT_FDCWD, path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
            guard number >= 0 else { return seen }
            let directory = Descriptor(number)
            seen.holders = AttachedPrograms(to: directory.number, type)?.holders(linkedAs: 3)  // BPF_LINK_TYPE_CGROUP
        }
        if case .networkNamespace(let type, let path?) = hook {
            let number = linux_openat(AT_FDCWD, path, O_RDONLY | O_CLOEXEC)
            guard number >= 0 else { return seen }
            let namespace = Descriptor(number)
            seen.holders = AttachedPrograms(to: namespace.number, type)?.holders(linkedAs: 5)  // BPF_LINK_TYPE_NETNS
        }
        if case .xdp(let name?) = hook {
            let index = if_nametoindex(name)
            seen.hasDevice = index != 0
            seen.holders = index == 0 ? nil : XDPEntry.programs(on: index).map { Holder.programs($0, linkedAs: 6) }  // BPF_LINK_TYPE_XDP
        }
        return seen
    }
}
