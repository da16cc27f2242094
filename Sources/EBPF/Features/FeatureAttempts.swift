// SPDX-License-Identifier: Apache-2.0

import BPFAssembly
import BPFObject
import Glibc

/// What has been tried out so far, and what the tries share.
struct FeatureAttempts {
    private var answers: [FeatureQuestion: Support] = [:]
    /// What programs attach to when they are tried; looked for in the kernel's types once.
    lazy var targets = AttachmentTargets()
    /// The most that a process may try: what it lacks, by what a try needs.
    private var missing: [[Capability]: String?] = [:]

    /// The smallest programs of each kind that were loaded once, or why they were not.
    private var smallest: [ProgramKind: SmallestProgram] = [:]

    /// Numbers that stand for no helper of this kernel.
    var absentHelpers: [Int32: Support] = [:]

    mutating func answer(_ question: FeatureQuestion) -> Support {
        if let known = answers[question] { return known }
        let found = tryOut(question)
        answers[question] = found
        return found
    }

    private mutating func tryOut(_ question: FeatureQuestion) -> Support {
        switch question {
        case .program(let kind): tryProgram(kind)
        case .programType(let type): tryProgramType(type)
        case .map(let type): tryMap(type)
        case .helper(let number, let kind): tryHelper(number, kind)
        case .kernelFunction(let name, let kind): tryKernelFunction(name, kind)
        case .instruction(let instruction): tryInstruction(instruction)
        case .link(let link): tryLink(link)
        case .facility(let facility): tryFacility(facility)
        }
    }

    /// The smallest program of a kind.
    enum SmallestProgram {
        case taken(ProgramAttempt)
        case refused(Support)
    }

    /// The smallest program of a kind with the target that the kernel took, to which something may be added.
    mutating func smallestProgram(_ kind: ProgramKind) -> SmallestProgram {
        if let known = smallest[kind] { return known }
        let found: SmallestProgram
        switch load(kind) {
        case .loaded(_, let attempt): found = .taken(attempt)
        case .refused(let support): found = .refused(support)
        }
        smallest[kind] = found
        return found
    }

    /// The answer where the kernel refused: no, unless this process would have been refused in any case.
    ///
    /// A process without privileges meets other rules than one that has them, so that each of its failures leaves open what the kernel can.
    ///
    /// - Parameters:
    ///   - errno: with what the kernel refused.
    ///   - capabilities: what a try of this kind needs.
    ///   - reason: why it is not supported, where it is not.
    mutating func refusal(_ errno: Int32, needs capabilities: [Capability], _ reason: @autoclosure () -> String) -> Support {
        refusal(errno, needs: capabilities, because: reason)
    }

    /// The same, with a reason that takes longer to tell.
    mutating func refusal(_ errno: Int32, needs capabilities: [Capability], because reason: () -> String) -> Support {
        if let lack = lack(of: capabilities) { return .unknown(lack) }
        if LockedMemory.mayExplain(-errno), LockedMemory.limit != nil {
            return .unknown("the limit of locked memory (ulimit -l) may be the reason: this kernel counts programs and maps against it")
        }
        if errno == ENOMEM || errno == EMFILE || errno == ENFILE || errno == EAGAIN {
            return .unknown("\(Self.text(errno)): there was not enough of something to try it with")
        }
        return .no(reason())
    }

    private mutating func lack(of capabilities: [Capability]) -> String? {
        if let known = missing[capabilities] { return known }
        let attempt = Attempt.other(capabilities)
        let seen = Circumstances.look(at: attempt)
        // With all privileges, and nothing that keeps them from counting, what the kernel refuses it does not support.
        let lacks = !Capability.systemAdministration.isEffective && capabilities.contains { !$0.isEffective }
        let found =
            lacks || !seen.isInInitialUserNamespace || seen.seccomp == .forbids ? Denial.judge(EPERM, attempt, seen)?.cause : nil
        missing[capabilities] = .some(found)
        return found
    }

    /// An error number with its name in the kernel and what it says.
    static func text(_ errno: Int32) -> String {
        let names: [Int32: String] = [
            EPERM: "EPERM", ENOENT: "ENOENT", E2BIG: "E2BIG", EBADF: "EBADF", EAGAIN: "EAGAIN", ENOMEM: "ENOMEM", EACCES: "EACCES", EFAULT: "EFAULT",
            EBUSY: "EBUSY", ENODEV: "ENODEV", EINVAL: "EINVAL", EMFILE: "EMFILE", ENFILE: "ENFILE", ENOSPC: "ENOSPC", EOPNOTSUPP: "EOPNOTSUPP",
            ENOSYS: "ENOSYS", 524: "ENOTSUPP",
        ]
        guard let name = names[errno] else { return "error \(errno)" }
        return name
    }

    /// Why the kernel does not know something: it is older, or built without it.
    static func absence(_ errno: Int32, since: KernelVersion?, option: String? = nil) -> String {
        let error = text(errno)
        if let since, let running = KernelVersion.running, running < since {
            return "\(error): it came with Linux \(since), and this is \(running)"
        }
        if let option { return "\(error): the kernel is built without \(option), or does not let it be used" }
        return "\(error): the kernel does not know it"
    }
}
