// SPDX-License-Identifier: Apache-2.0

import BPFAssembly
import BPFObject
import Glibc

extension Failure {
    /// Why a program was refused about which the verifier said nothing: the kernel looked at its kind and sizes, and went no further.
    static func ofLoading(_ type: ProgramType, attachType: AttachType? = nil, instructionCount: Int, errno: Int32, kernel: KernelVersion?) -> Failure
    {
        switch errno {
        case EINVAL:
            if let since = type.since, let kernel, kernel < since {
                return Failure(
                    .unsupported, "programs of type \(type) appeared in Linux \(since), this kernel is \(kernel)",
                    "use another kind of program, or a newer kernel")
            }
            if let age = age(of: attachType, kernel) {
                return Failure(
                    .unsupported, age,
                    "attach it to something else, or use a newer kernel")
            }
            return Failure(
                .system, "this kernel knows no such kind of program, or not with this way to attach it",
                "programs of type \(type) need Linux \(type.since.map { "\($0)" } ?? "of a release that is not known here") built with them"
                    + (attachType.flatMap { $0.since }.map { ", and to attach them as \(attachType?.description ?? "that") Linux \($0)" } ?? ""))
        case E2BIG:
            return instructionCount == 0
                ? Failure(.invalid, "the program has no instructions")
                : Failure(
                    .invalid, "the program has more instructions than the kernel takes: \(instructionCount)",
                    "split it with tail calls; the most are 1,000,000 with CAP_BPF, and 4096 without")
        case ENOENT, ESRCH:
            return Failure(
                .system, "what the program attaches to is not there: \(text(of: errno))",
                "check the name in the program's section against this kernel")
        case ENOMEM: return Failure(.system, "the kernel has not enough memory to verify or keep the program", "raise the memory limit of the cgroup")
        case notSupported:
            return Failure(
                .unsupported, "this kernel or machine cannot run such a program: its compiler (JIT) lacks something, or is switched off",
                "check sysctl net.core.bpf_jit_enable; use a newer kernel")
        case EAGAIN: return Failure(.system, "signals interrupted the verifier each time", "try again")
        case ETXTBSY, EBUSY: return Failure(.system, "what the program attaches to is in use: \(text(of: errno))")
        default: return Failure(.system, text(of: errno))
        }
    }

    /// That what a program attaches to came with a later kernel; `nil` where it did not.
    static func age(of attachType: AttachType?, _ kernel: KernelVersion?) -> String? {
        guard let attachType, let since = attachType.since, let kernel, kernel < since else { return nil }
        return "what it attaches to (\(attachType)) appeared in Linux \(since), this kernel is \(kernel)"
    }

    /// Why the kernel refused types (BTF), from the last line of what it says: `[5] ENUM64 (anon) ... Invalid kind:19`.
    static func ofLoadingTypes(log: String, errno: Int32, kernel: KernelVersion?) -> Failure {
        guard let line = log.split(separator: "\n").last(where: { !$0.isEmpty }) else {
            switch errno {
            case EINVAL where kernel.map { $0 < "4.18" } ?? false:
                return Failure(.unsupported, "types (BTF) appeared in Linux 4.18", "use a newer kernel")
            case E2BIG: return Failure(.object, "the types are larger than the kernel takes (16 MiB)", "strip what the programs do not use")
            default: return Failure(.system, text(of: errno))
            }
        }
        let words = line.split(separator: " ")
        let number = words.lazy.compactMap { $0.hasPrefix("kind:") ? UInt8($0.dropFirst(5)) : nil }.first
        if line.contains("Invalid kind") || line.contains("Unknown kind"), let number, let since = releases[number] {
            return Failure(
                .unsupported, "the kernel refused them: types of kind \(number) appeared in Linux \(since): \(line)",
                "compile the object for an older kernel, or use a newer one")
        }
        return Failure(
            .object, "the kernel refused them: \(line)",
            "compile the object again with a compiler and linker of one release; if it was linked or edited, with another tool")
    }

    /// The release that brought a kind of types, by the kind's number (`BTF_KIND_*`).
    private static let releases: [UInt8: KernelVersion] = [
        12: "5.0", 13: "5.0", 14: "5.2", 15: "5.2", 16: "5.13", 17: "5.16", 18: "5.17", 19: "6.0",
    ]
}

extension EBPFError {
    /// A program that the kernel refused, with what the verifier said about it if anything.
    init(loading operation: String, type: ProgramType, attachType: AttachType?, instructionCount: Int, errno: Int32, log: VerifierLog) {
        let kernel = KernelVersion.running
        // What the verifier of an older kernel says of kinds that it does not know leads astray.
        let isTooNew = errno == EINVAL && [type.since, attachType?.since].contains { since in since.map { $0 > kernel ?? $0 } ?? false }
        guard log.isEmpty || isTooNew else {
            // Old kernels do not look at what some kinds attach to, and then miss what comes with it.
            let hints = [log.missing == nil ? log.hint(kernel: kernel, type: type) : nil, Failure.age(of: attachType, kernel)].compactMap { $0 }
            let reason = log.reason.map { "the verifier refused it: \($0)" } ?? "the verifier gave no reason: \(Failure.text(of: errno))"
            self.init(
                .rejected, operation, cause: log.missing ?? reason,
                remedy: hints.isEmpty ? nil : hints.joined(separator: "; "), errno: errno, verifierLog: log)
            return
        }
        if errno == EPERM || errno == EACCES {
            self.init(system: errno, operation, attempting: .loadProgram(type, attachType: attachType))
        } else {
            self.init(
                Failure.ofLoading(type, attachType: attachType, instructionCount: instructionCount, errno: errno, kernel: .running), operation,
                errno: errno)
        }
    }

    /// Types that the kernel refused, with what it said about them.
    init(loadingTypes operation: String, errno: Int32, log: String) {
        if errno == EPERM || errno == EACCES {
            self.init(system: errno, operation, attempting: .loadTypes)
        } else {
            self.init(Failure.ofLoadingTypes(log: log, errno: errno, kernel: .running), operation, errno: errno)
        }
    }
}
