// SPDX-License-Identifier: Apache-2.0

import BPFAssembly
import BPFObject
import BTF

/// What a program is attached to, as the kernel is told when it is loaded.
struct ProgramTarget {
    /// The type that stands for it: in the kernel's types, or in those of the descriptor. Void where the kernel does not ask for one.
    var type = TypeID.void
    /// The module's types, or the other program.
    var descriptor: SharedDescriptor?
    /// For a function of `struct_ops`, the number of the member that it is.
    var member: UInt32?

    /// Nothing that the kernel asks for.
    static let none = ProgramTarget()

    /// Finds what a program is attached to.
    ///
    /// - Throws: ``EBPFError`` with ``EBPFError/Code/noSuchTracepoint`` or ``EBPFError/Code/noSuchTarget`` where the kernel has no such thing, and with
    ///   ``EBPFError/Code/invalid`` where nothing says what is meant.
    init(of program: ProgramDefinition, in kernel: inout KernelView, targets: [String: Program]) throws(EBPFError) {
        guard program.traits.contains(.namesTarget) else { return }
        let operation = Program.operation(loading: program)
        guard let name = program.target, !name.isEmpty else {
            throw EBPFError(
                .invalid, operation, cause: "nothing says what it is attached to",
                remedy: "name it in the program's section ('\(program.sectionName)/NAME'), or set the definition's target before it is loaded")
        }
        if let other = targets[program.name] {
            (type, descriptor) = (try Self.function(name, of: other, for: operation), other.descriptor)
            return
        }
        guard program.type != .freplace else {
            throw EBPFError(
                .invalid, operation, cause: "it replaces function '\(name)' of another program, and nothing says of which",
                remedy: "load the other program first, and name it in LoadOptions.targets[\"\(program.name)\"]")
        }
        // `module:function` looks in one module only.
        let parts = name.split(separator: ":", maxSplits: 1)
        let module = parts.count == 2 ? String(parts[0]) : nil
        let wanted = (program.attachType?.targetPrefix ?? "") + (parts.last ?? "")
        let kinds: Set<BTFKind> = program.attachType == .traceRawTracepoint ? [.alias] : [.function]
        if module == nil || module == "vmlinux", let found = try kernel.types().types(named: wanted, kinds: kinds).first {
            type = found
            return
        }
        for candidate in try kernel.modules() where module == nil || module == candidate.name {
            guard let found = candidate.types.types(named: wanted, kinds: kinds).last else { continue }
            (type, descriptor) = (found, candidate.descriptor)
            return
        }
        throw try Self.missing(program, name, wanted, kinds, &kernel, operation)
    }

    init(type: TypeID = .void, descriptor: SharedDescriptor? = nil, member: UInt32? = nil) {
        self.type = type
        self.descriptor = descriptor
        self.member = member
    }

    private static func function(_ name: String, of program: Program, for operation: String) throws(EBPFError) -> TypeID {
        guard let types = try program.types(), let found = types.types(named: name, kinds: [.function]).first else {
            throw EBPFError(.noSuchTarget, operation, cause: "program '\(program.name)' has no function '\(name)'")
        }
        return found
    }

    /// The releases that brought kinds of walks that older kernels here lack, by where `DEFINE_BPF_ITER_FUNC` first stands in the kernel's sources.
    private static let iterators: [String: KernelVersion] = ["task_vma": "5.12", "unix": "5.15", "bpf_link": "5.19", "ksym": "6.0", "cgroup": "6.1"]

    private static func missing(
        _ program: ProgramDefinition, _ name: String, _ wanted: String, _ kinds: Set<BTFKind>, _ kernel: inout KernelView, _ operation: String
    ) throws(EBPFError) -> EBPFError {
        let prefix = program.attachType?.targetPrefix ?? ""
        let near = try kernel.types().names(like: wanted, kinds: kinds).map { "'\($0.dropFirst(prefix.utf8.count))'" }
        let also = near.isEmpty ? "" : "; it has \(near.joined(separator: ", "))"
        guard program.attachType != .traceRawTracepoint else {
            return EBPFError(
                .noSuchTracepoint, operation, cause: "this kernel's types have no tracepoint '\(name)'\(also)",
                remedy: "check the name in the program's section; the kernel's own are in /sys/kernel/tracing/available_events")
        }
        if prefix == "bpf_iter_", let since = iterators[name], let running = KernelVersion.running, running < since {
            return EBPFError(
                .unsupported, operation, cause: "walks of kind \(name) appeared in Linux \(since), this kernel is \(running)",
                remedy: "walk over something else, or use a newer kernel")
        }
        let what = prefix == "bpf_lsm_" ? "hook of the LSM" : prefix == "bpf_iter_" ? "iterator" : "function"
        return EBPFError(
            .noSuchTarget, operation, cause: "this kernel's types have no \(what) '\(name)'\(also)",
            remedy: "check the name in the program's section; what compilers inline, or kernels name otherwise, cannot be attached to")
    }
}
