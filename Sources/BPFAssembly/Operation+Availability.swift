// SPDX-License-Identifier: Apache-2.0

extension Instruction.Operation {
    /// A version of the instruction set, as compilers count them (`-mcpu=v1` to `v4`).
    public enum InstructionSet: Int, Sendable, Hashable, Comparable, CaseIterable {
        case v1 = 1
        /// Adds the conditions less-than and less-or-equal.
        case v2
        /// Adds comparisons and arithmetic of 32 bits, and atomic operations beyond adding.
        case v3
        /// Adds signed division, loads and moves with sign, unconditional swaps, far jumps, ordered loads and stores.
        case v4

        /// By age.
        public static func < (left: InstructionSet, right: InstructionSet) -> Bool { left.rawValue < right.rawValue }
    }

    /// The lowest version of the instruction set for which clang writes this operation.
    public var instructionSet: InstructionSet {
        switch self {
        case .arithmetic(let operation, let width, _, _):
            operation.isSignedDivision ? .v4 : width == .bits32 ? .v3 : .v1
        case .negate(let width, _), .move(let width, _, _): width == .bits32 ? .v3 : .v1
        case .branch(let condition, let width, _, _, _): width == .bits32 ? .v3 : condition.isOfVersion2 ? .v2 : .v1
        case .atomic(let update, _, _, _): update == .add ? .v1 : .v3
        case .store(_, _, .immediate): .v4
        case .moveSignExtending, .loadSignExtending, .jumpLong, .swapBytes(.unconditional, _, _), .loadAcquire, .storeRelease, .jumpIndirect: .v4
        default: .v1
        }
    }

    /// The first release of Linux whose verifier takes this operation; `nil` where none does.
    ///
    /// From the history of `kernel/bpf/verifier.c`. Some processors' JIT compilers followed later.
    public var since: KernelVersion? {
        switch self {
        case .arithmetic(let operation, _, _, _): operation.isSignedDivision ? "6.6" : "3.18"
        case .moveSignExtending, .loadSignExtending, .jumpLong, .swapBytes(.unconditional, _, _): "6.6"
        case .castAddressSpace, .mayGoto: "6.9"
        case .loadAcquire, .storeRelease: "6.15"
        case .jumpIndirect: "6.19"
        case .branch(let condition, let width, _, _, _): width == .bits32 ? "5.1" : condition.isOfVersion2 ? "4.14" : "3.18"
        case .atomic(let update, _, _, _): update == .add ? "3.18" : "5.12"
        case .loadWide(_, let value): value.since
        case .call(let callee): callee.since
        case .negate, .move, .swapBytes, .load, .store, .loadPacket, .loadPacketIndirect, .jump, .exit: "3.18"
        }
    }
}

extension WideValue {
    fileprivate var since: KernelVersion {
        switch self {
        case .constant, .map: "3.18"
        case .mapValue: "5.2"
        case .variable: "5.10"
        case .function: "5.13"
        case .mapIndex, .mapIndexValue: "5.14"
        }
    }
}

extension Callee {
    fileprivate var since: KernelVersion? {
        switch self {
        case .helper(let number): Helper.numbered(number)?.since
        case .function: "4.16"
        case .kernelFunction(_, let module): module == 0 ? "5.13" : "5.16"
        case .indirect: nil
        }
    }
}
