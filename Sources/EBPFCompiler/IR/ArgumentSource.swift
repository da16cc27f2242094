// SPDX-License-Identifier: Apache-2.0

import BPFObject

/// Where the arguments of what a program is attached to lie when the kernel calls it.
enum ArgumentSource: Sendable, Hashable {
    /// There are none: all that the program gets is its context.
    case none
    /// In words of 64 bits, one behind the other: `fentry`, `tp_btf`, `raw_tp`, `lsm`, `struct_ops` and `iter`.
    case words
    /// In the registers of the machine, as a function finds them at its beginning: `kprobe`, `uprobe`.
    case registers
    /// In one register of the machine, what a function answers: `kretprobe`, `uretprobe`.
    case result
    /// In registers of the machine that the kernel has put away, to which its first one points: `ksyscall`.
    case systemCall
    /// In eBPF's own registers, with no context: `freplace`.
    case own

    /// That of the programs of a section.
    static func of(_ section: String) -> ArgumentSource {
        guard let definition = SectionName.definition(of: section) else { return .none }
        switch definition.type {
        case .tracing, .lsm, .rawTracepoint, .rawTracepointWritable, .structOps: return .words
        case .freplace: return .own
        case .kprobe: break
        default: return .none
        }
        switch definition.prefix.prefix(while: { $0 != "." }) {
        case "kprobe", "uprobe": return .registers
        case "kretprobe", "uretprobe", "kretsyscall": return .result
        case "ksyscall": return .systemCall
        default: return .none
        }
    }

    /// Whether programs of a section need not answer anything: what they only watch goes on whatever they say.
    static func watchesOnly(_ section: String) -> Bool {
        guard let definition = SectionName.definition(of: section) else { return false }
        switch definition.type {
        case .tracepoint, .rawTracepoint, .rawTracepointWritable, .perfEvent, .syscall, .structOps, .lircMode2: return true
        case .kprobe: return !definition.prefix.contains(".session")
        case .tracing: return definition.prefix.prefix(while: { $0 != "." }) != "fmod_ret" && !definition.prefix.hasPrefix("fsession")
        default: return false
        }
    }
}

/// Where a machine keeps what functions are passed: offsets in bytes in `struct pt_regs`, as it is written down for the machine that the compiler runs on.
///
/// `arch/x86/include/asm/ptrace.h`, `arch/arm64/include/asm/ptrace.h`, and the calling conventions (`PT_REGS_PARM1` and the like of libbpf).
enum MachineRegisters {
    #if arch(arm64)
        static let arguments = [0, 8, 16, 24, 32, 40, 48, 56]
        /// The first is kept apart (`orig_x0`), since the answer takes its place.
        static let systemCallArguments = [272, 8, 16, 24, 32, 40]
        static let result = 0
    #else
        static let arguments = [112, 104, 96, 88, 72, 64]
        static let systemCallArguments = [112, 104, 96, 56, 72, 64]
        static let result = 80
    #endif
}
