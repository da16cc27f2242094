// SPDX-License-Identifier: Apache-2.0

public import BPFAssembly
public import BPFObject
import Synchronization

/// What the running kernel supports, found by trying it out rather than by its version: distributions bring features to older kernels, and configurations,
/// security modules and hosts take them away.
///
/// ```swift
/// switch KernelFeatures.running.support(ofPrograms: ProgramKind(.tracing, .traceFentry)) {
/// case .yes: attachTrampolines()
/// case .no(let reason): print("no fentry:", reason)
/// case .unknown(let reason): print("nobody can tell:", reason)
/// }
/// ```
///
/// What is asked for is tried once in the process; the answer is kept, also where it is unknown. It may be asked from several threads, of which one tries
/// at a time. A try takes some ten microseconds; it loads the smallest program or map that has the feature, and closes it. Nothing stays behind: no
/// program is attached to anything of this machine's, nothing is pinned.
public final class KernelFeatures: Sendable {
    /// The features of the kernel that runs.
    public static let running = KernelFeatures()

    private let attempts = Mutex(FeatureAttempts())

    /// Answers of its own, for tests; everybody else shares ``running``.
    package init() {}

    /// Whether programs of a kind load and, where the kernel judges that apart, can be attached.
    public func support(ofPrograms kind: ProgramKind) -> Support { answer(.program(kind)) }

    /// Whether programs of a type load, for at least one of the things that they may be attached to.
    public func support(ofPrograms type: ProgramType) -> Support { answer(.programType(type)) }

    /// Whether maps of a kind can be created.
    public func support(ofMaps type: MapType) -> Support { answer(.map(type)) }

    /// Whether programs of a kind may call a helper. Some helpers are allowed in only some of the functions that such programs attach to; those count as
    /// supported.
    public func support(ofHelper helper: Helper, in kind: ProgramKind) -> Support { answer(.helper(helper.number, kind)) }

    /// Whether programs of a kind may call each of all helpers (``Helper/all``), in their order. Faster than asking for one after the other: what such
    /// programs attach to is made ready once.
    public func supportOfHelpers(in kind: ProgramKind) -> [Support] { attempts.withLock { $0.answerForHelpers(in: kind) } }

    /// Whether programs of a type may call a helper, for at least one of the things that they may be attached to.
    public func support(ofHelper helper: Helper, in type: ProgramType) -> Support {
        Support.any(ProgramKind.all(of: type).lazy.map { self.support(ofHelper: helper, in: $0) })
    }

    /// Whether programs of a kind may call a function of the kernel (kfunc), Linux 5.13. Only functions of the kernel itself are looked for, not those of
    /// modules.
    public func support(ofKernelFunction name: String, in kind: ProgramKind) -> Support { answer(.kernelFunction(name, kind)) }

    /// Whether the verifier and the translator to machine code take an instruction.
    public func support(ofInstruction instruction: Instruction) -> Support { answer(.instruction(instruction)) }

    /// Whether the kernel has links of a kind.
    public func support(ofLinks link: Link) -> Support { answer(.link(link)) }

    /// Whether the kernel has something else of use.
    public func support(of facility: Facility) -> Support { answer(.facility(facility)) }

    /// The highest version of the instruction set (`-mcpu=v1` to `v4`) of which all instructions of that version and those before it are supported; `nil`
    /// where not even the first can be tried.
    public var instructionSet: BPFAssembly.Instruction.Operation.InstructionSet? {
        BPFAssembly.Instruction.Operation.InstructionSet.allCases.prefix { version in
            Instruction.allCases.allSatisfy { $0.instructionSet != version || support(ofInstruction: $0).isYes }
        }.last
    }

    private func answer(_ question: FeatureQuestion) -> Support { attempts.withLock { $0.answer(question) } }
}

extension KernelFeatures {
    /// Whether links of many places of a program at once (`uprobe.multi`) can be used for USDT: the kernel has them, and filters by process rather than by
    /// thread (fixed in Linux 6.10 and its stable releases), as libbpf's `FEAT_UPROBE_MULTI_LINK` asks.
    package var hasUprobeMulti: Bool { support(of: .uprobeMultiProcess).isYes }

    /// Whether the kernel is known to have no links of a kind: trying has shown it.
    func lacks(_ link: Link) -> Bool {
        if case .no = support(ofLinks: link) { return true }
        return false
    }

    /// Whether programs can ask for the cookie of their attachment (Linux 5.15); `nil` where nobody can tell.
    package var hasAttachCookies: Bool? {
        switch support(of: .attachCookies) {
        case .yes: true
        case .no: false
        case .unknown: nil
        }
    }
}

/// Something that can be tried out.
enum FeatureQuestion: Hashable {
    case program(ProgramKind)
    case programType(ProgramType)
    case map(MapType)
    case helper(Int32, ProgramKind)
    case kernelFunction(String, ProgramKind)
    case instruction(KernelFeatures.Instruction)
    case link(KernelFeatures.Link)
    case facility(KernelFeatures.Facility)
}
