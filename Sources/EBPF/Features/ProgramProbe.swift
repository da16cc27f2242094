// SPDX-License-Identifier: Apache-2.0

import BPFAssembly
import BPFObject
import BTF
import Glibc

extension FeatureAttempts {
    /// Whether programs of a kind load and, where loading says nothing about it, can be attached.
    mutating func tryProgram(_ kind: ProgramKind) -> Support {
        // The verifier takes any attach type for these; whether there is such a thing only attaching says.
        if let link = kind.attachType.flatMap(KernelFeatures.Link.init(judging:)) {
            let answer = answer(.link(link))
            guard answer.isYes, kind.isSleepable else { return answer }
        }
        switch load(kind) {
        case .refused(let support): return support
        case .loaded(let program, _): return judgeAttaching(kind, program)
        }
    }

    /// Whether programs of a type load, whatever they are attached to.
    mutating func tryProgramType(_ type: ProgramType) -> Support {
        let kinds = ProgramKind.all(of: type)
        guard !kinds.isEmpty else {
            if case .refused(let support) = load(ProgramKind(type)) { return support }
            return .yes
        }
        var answers: [Support] = []
        for kind in kinds {
            answers.append(answer(.program(kind)))
            if answers.last?.isYes == true { break }
        }
        return Support.any(answers)
    }

    /// A program of a kind, or why there is none.
    enum Loading {
        /// The program, and how it was loaded: with the target that the kernel took.
        case loaded(SharedDescriptor, ProgramAttempt)
        case refused(Support)
    }

    /// Loads the smallest program of a kind.
    mutating func load(_ kind: ProgramKind) -> Loading {
        guard kind.type != .freplace else { return loadReplacement() }
        guard let candidates = targets.candidates(for: kind) else { return load(kind, [.none]) }
        guard !candidates.isEmpty else {
            let absence = targets.absence(of: kind)
            return .refused(refusal(EINVAL, needs: kind.type.neededCapabilities, absence))
        }
        return load(kind, candidates)
    }

    private mutating func load(_ kind: ProgramKind, _ candidates: [ProgramTarget]) -> Loading {
        var first: ProgramAttempt.Outcome?
        for target in candidates {
            let attempt = ProgramAttempt.smallest(kind, target: target)
            let outcome = attempt.load()
            if let program = outcome.program { return .loaded(program, attempt) }
            if first == nil { first = outcome }
        }
        return .refused(refusal(of: kind, errno: first?.errno ?? EINVAL, verdict: first?.verdict))
    }

    /// Why a program was not loaded.
    mutating func refusal(of kind: ProgramKind, errno: Int32, verdict: String?) -> Support {
        refusal(errno, needs: kind.type.neededCapabilities) {
            if let since = kind.since, let running = KernelVersion.running, running < since { return Self.absence(errno, since: since) }
            if let verdict { return "\(Self.text(errno)), the verifier: \(verdict)" }
            if errno == EPERM, kind.changesKernelCode { return "EPERM: the kernel refuses to attach programs to its own code" }
            if errno == EPERM { return "EPERM: something beside capabilities forbids it, as a security module" }
            return Self.absence(errno, since: kind.since, option: kind.type.option)
        }
    }

    private static let copyFromUserTask: Int32 = 191

    /// Whether the kernel lets programs wait where nothing may, since it looks at that for some attach types of `tracing` only: those before Linux 6.2.
    private var ignoresWaiting: Bool {
        mutating get {
            guard let target = targets.atomicTracepoint else { return false }
            return ProgramAttempt.smallest(ProgramKind(.tracing, .traceRawTracepoint, isSleepable: true), target: target).load().program != nil
        }
    }

    /// What loading did not judge.
    private mutating func judgeAttaching(_ kind: ProgramKind, _ program: SharedDescriptor) -> Support {
        // What programs of sk_reuseport do since they have attach types, with this one they did before.
        if let attachType = kind.attachType, attachType != .skReuseportSelect, !targets.knows(attachType) {
            return .no("it loads, but the kernel does not know the attach type: \(Self.absence(EINVAL, since: attachType.since))")
        }
        switch kind.attachType {
        case .traceRawTracepoint? where kind.isSleepable && ignoresWaiting:
            return .no("it loads, but this kernel does not look whether a program may wait at the tracepoint, and it may not")
        // Helper and waiting iterators came together.
        case .traceIterator? where kind.isSleepable && ignoresWaiting && !answer(.helper(Self.copyFromUserTask, kind)).isYes:
            return .no("it loads, but this kernel walks over its objects where nothing may wait: waiting iterators came with Linux 5.18")
        case .lsmMAC?, .lsmCgroup?:
            guard let modules = SystemFacts.readSecurityModules(), !modules.contains("bpf") else { return .yes }
            return .no("it loads, but is never called: 'bpf' is not among the active security modules (boot with lsm=...,bpf)")
        case let attachType? where kind.type == .skSKB || kind.type == .skMsg:
            let status = attach(program, attachType)
            return status == -EBADF ? .yes : .no(Self.absence(-status, since: attachType.since))
        default: return .yes
        }
    }
}

extension ProgramType {
    /// The capabilities that loading a program of this type takes (`is_net_admin_prog_type` and `is_perfmon_prog_type` of `kernel/bpf/syscall.c`).
    var neededCapabilities: [Capability] {
        switch self {
        case .socketFilter, .syscall, .skReuseport: [.bpf]
        case .kprobe, .tracepoint, .perfEvent, .rawTracepoint, .rawTracepointWritable, .tracing, .structOps, .lsm: [.bpf, .perfmon]
        case .freplace: [.bpf, .perfmon, .networkAdministration]
        default: [.bpf, .networkAdministration]
        }
    }

    /// The option without which a kernel does not have the type; `nil` for those that come with networking.
    var option: String? {
        switch self {
        case .kprobe, .tracepoint, .perfEvent, .rawTracepoint, .rawTracepointWritable, .tracing: "CONFIG_BPF_EVENTS"
        case .cgroupSKB, .cgroupSock, .cgroupDevice, .cgroupSockAddr, .cgroupSysctl, .cgroupSockopt, .sockOps: "CONFIG_CGROUP_BPF"
        case .lwtIn, .lwtOut, .lwtXmit: "CONFIG_LWTUNNEL_BPF"
        case .lwtSeg6Local: "CONFIG_IPV6_SEG6_BPF"
        case .lircMode2: "CONFIG_BPF_LIRC_MODE2"
        case .lsm: "CONFIG_BPF_LSM"
        case .structOps, .freplace: "CONFIG_BPF_JIT"
        case .skSKB, .skMsg: "CONFIG_NET_SOCK_MSG"
        case .skLookup, .skReuseport: "CONFIG_INET"
        case .netfilter: "CONFIG_NETFILTER_BPF_LINK"
        case .syscall: nil
        default: "CONFIG_NET"
        }
    }
}

extension ProgramKind {
    /// Whether attaching it changes the code of the kernel, or of another program.
    var changesKernelCode: Bool {
        switch type {
        case .lsm, .freplace: true
        case .tracing: attachType != .traceRawTracepoint && attachType != .traceIterator
        default: false
        }
    }
}
