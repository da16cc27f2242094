// SPDX-License-Identifier: Apache-2.0

import BPFObject
import BTF

/// What programs that name their target are attached to when they are tried: functions, tracepoints, hooks, iterators and sets of functions that every
/// kernel with the feature has.
struct AttachmentTargets {
    /// Why there are no types of the kernel; `nil` where there are.
    let failure: String?
    private var functions: [String: TypeID] = [:]
    private var tracepoints: [String: TypeID] = [:]
    private var members: [String: ProgramTarget] = [:]
    /// The kernel's own list of attach types (`enum bpf_attach_type`); empty where it has no types.
    private var attachTypes: Set<UInt64> = []
    /// A few variables whose addresses programs may have.
    private(set) var variables: [TypeID] = []
    /// By the names of `struct_ops`: the structure that a map of it holds, and its size.
    private var values: [String: (type: TypeID, byteCount: UInt32)] = [:]

    /// Looks all of them up at once, and keeps their numbers only.
    init() {
        let types: BTF
        do {
            types = try KernelTypes.running()
        } catch {
            failure = error.cause
            return
        }
        failure = nil
        types.indexNames()
        for name in Self.functionNames {
            functions[name] = types.types(named: name, kinds: [.function]).first
        }
        for name in Self.tracepointNames {
            tracepoints[name] = types.types(named: AttachType.traceRawTracepoint.targetPrefix + name, kinds: [.alias]).first
        }
        if let id = types.types(named: "bpf_attach_type", kinds: [.enumeration]).first, case .enumeration(let list)? = try? types.type(id) {
            attachTypes = Set(list.values.map(\.bits))
        }
        variables = Array(types.types(named: "runqueues", kinds: [.variable]) + types.types(ofKinds: [.variable]).prefix(4))
        for (name, member, _) in Self.structOperations { add(name, member, types) }
    }

    /// Functions that exist to be attached to (`net/bpf/test_run.c`), and functions of system calls, which may fail on demand and wait.
    static let testFunction = "bpf_fentry_test1"
    private static let modifiedFunctions = ["bpf_modify_return_test", "bpf_fentry_test1", "security_file_open"] + systemCalls
    private static let systemCalls = ["__x64_sys_getpgid", "__arm64_sys_getpgid", "__s390x_sys_getpgid", "__riscv_sys_getpgid", "__se_sys_getpgid"]
    private static let hooks = ["file_open", "bprm_committed_creds"]
    private static let cgroupHooks = ["socket_bind", "socket_post_create"]
    private static let iterators = ["task", "bpf_map"]
    private static let functionNames =
        [testFunction] + modifiedFunctions + (hooks + cgroupHooks).map { AttachType.lsmMAC.targetPrefix + $0 }
        + iterators.map { AttachType.traceIterator.targetPrefix + $0 }
    /// Of these the first may wait, as a tracepoint of system calls.
    private static let tracepointNames = ["sys_enter", "sched_switch"]
    /// Sets of functions: what a program is checked as, and whether that one may wait.
    private static let structOperations = [
        ("tcp_congestion_ops", "ssthresh", false), ("bpf_dummy_ops", "test_1", false), ("sched_ext_ops", "init_task", true),
        ("bpf_dummy_ops", "test_sleepable", true),
    ]
    private static let testOperations = ["bpf_dummy_ops.test_1", "bpf_dummy_ops.test_sleepable"]

    private mutating func add(_ name: String, _ member: String, _ types: BTF) {
        guard let id = types.types(named: name, kinds: [.structure]).first, case .composite(let set)? = try? types.type(id),
            let index = set.members.firstIndex(where: { $0.name == member })
        else { return }
        members[name + "." + member] = ProgramTarget(type: id, member: UInt32(clamping: index))
        guard let value = types.types(named: "bpf_struct_ops_" + name, kinds: [.structure]).first,
            let byteCount = try? types.byteCount(of: value)
        else { return }
        values[name] = (value, byteCount)
    }

    /// What a program of a kind may be attached to, in the order in which that is tried; empty where the kernel has none of it, `nil` where it is not asked
    /// for any.
    func candidates(for kind: ProgramKind) -> [ProgramTarget]? {
        if kind.type == .structOps {
            return Self.structOperations.filter { $0.2 == kind.isSleepable }.compactMap { members[$0.0 + "." + $0.1] }
        }
        guard kind.namesTarget, kind.type != .freplace else { return nil }
        if kind.attachType == .traceRawTracepoint {
            return Self.tracepointNames.compactMap { tracepoints[$0] }.map { ProgramTarget(type: $0) }
        }
        return names(for: kind).compactMap { functions[$0] }.map { ProgramTarget(type: $0) }
    }

    private func names(for kind: ProgramKind) -> [String] {
        switch kind.attachType {
        case .lsmMAC?: Self.hooks.map { AttachType.lsmMAC.targetPrefix + $0 }
        case .lsmCgroup?: Self.cgroupHooks.map { AttachType.lsmCgroup.targetPrefix + $0 }
        case .traceIterator?: Self.iterators.map { AttachType.traceIterator.targetPrefix + $0 }
        case .modifyReturn?: Self.modifiedFunctions
        default: [Self.testFunction] + (kind.isSleepable ? Self.systemCalls : [])
        }
    }

    /// The structure that a map of a `struct_ops` holds, and its size, of the first set of functions that the kernel has.
    var structOperationsValue: (type: TypeID, byteCount: UInt32)? {
        Self.structOperations.lazy.compactMap { values[$0.0] }.first
    }

    /// Whether the kernel's types list an attach type; kernels take some that they do not know, and ignore them.
    func knows(_ attachType: AttachType) -> Bool { attachTypes.isEmpty || attachTypes.contains(UInt64(attachType.rawValue)) }

    /// A tracepoint that is reached where nothing may wait.
    var atomicTracepoint: ProgramTarget? { tracepoints["sched_switch"].map { ProgramTarget(type: $0) } }

    /// Whether a target belongs to a `struct_ops` that is there for tests only.
    func isForTests(_ target: ProgramTarget) -> Bool { Self.testOperations.contains { members[$0]?.type == target.type } }

    /// A function of the kernel itself by its name. The types are read for each question, and not kept.
    func function(_ name: String) -> TypeID? {
        functions[name] ?? (try? KernelTypes.running())?.types(named: name, kinds: [.function]).first
    }

    /// What is looked for in the kernel's types and is missing there, in words.
    func absence(of kind: ProgramKind) -> String {
        if let failure { return "the kernel has no types (BTF) that say what to attach to: \(failure)" }
        if kind.type == .structOps {
            return "the kernel's types have none of \(Set(Self.structOperations.map(\.0)).sorted().joined(separator: ", "))"
        }
        let names = kind.attachType == .traceRawTracepoint ? Self.tracepointNames : names(for: kind)
        return "the kernel's types have none of \(names.joined(separator: ", "))"
    }
}

extension ProgramKind {
    /// Whether the kernel is told what it attaches to when it is loaded.
    var namesTarget: Bool {
        SectionDefinition.known.contains { ProgramKind($0) == self && $0.traits.contains(.namesTarget) }
    }
}
