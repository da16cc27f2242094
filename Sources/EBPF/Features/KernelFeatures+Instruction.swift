// SPDX-License-Identifier: Apache-2.0

public import BPFAssembly

extension KernelFeatures {
    /// Instructions, and uses of them, that not every kernel takes. Newer kernels' verifiers know them all; the translators of some processors follow later.
    public enum Instruction: String, Sendable, Hashable, CaseIterable, CustomStringConvertible {
        /// What every kernel takes.
        case base = "base"
        /// The conditions less-than and less-or-equal. ISA v2, Linux 4.14.
        case lessThan = "jlt"
        /// Calls of functions of the same program. Linux 4.16.
        case subprograms = "subprograms"
        /// Comparisons of 32 bits. ISA v3, Linux 5.1.
        case jump32 = "jmp32"
        /// Arithmetic of 32 bits. ISA v3.
        case arithmetic32 = "alu32"
        /// Loops whose end the verifier sees. Linux 5.3.
        case boundedLoops = "bounded_loops"
        /// Addresses of the kernel's variables. Linux 5.10.
        case kernelVariables = "kernel_variables"
        /// Atomic operations that answer what memory held before. ISA v3, Linux 5.12.
        case atomicFetch = "atomic_fetch"
        /// Atomic comparison and exchange. ISA v3, Linux 5.12.
        case compareExchange = "atomic_cmpxchg"
        /// Addresses of functions, for helpers that call them. Linux 5.13.
        case functionPointers = "function_pointers"
        /// Calls of functions of the kernel (kfuncs). Linux 5.13.
        case kernelFunctions = "kfunc_calls"
        /// Maps by their place in a list of descriptors. Linux 5.14.
        case mapsByIndex = "maps_by_index"
        /// Division with signs. ISA v4, Linux 6.6.
        case signedDivision = "sdiv"
        /// The rest of a division with signs. ISA v4, Linux 6.6.
        case signedModulo = "smod"
        /// Moves with the sign. ISA v4, Linux 6.6.
        case moveSignExtending = "movsx"
        /// Loads with the sign. ISA v4, Linux 6.6.
        case loadSignExtending = "memsx"
        /// Unconditional swaps of bytes. ISA v4, Linux 6.6.
        case swapBytes = "bswap"
        /// Far jumps. ISA v4, Linux 6.6.
        case jumpLong = "gotol"
        /// Jumps that end loops which the verifier cannot bound. Linux 6.9.
        case mayGoto = "may_goto"
        /// Casts between the address spaces of an arena. Linux 6.9.
        case castAddressSpace = "addr_space_cast"
        /// Loads that order what follows. Linux 6.15.
        case loadAcquire = "load_acquire"
        /// Stores that order what comes before. Linux 6.15.
        case storeRelease = "store_release"
        /// Jumps to an address out of a table. Linux 6.19.
        case jumpIndirect = "gotox"

        /// The release in which it appeared; some processors' translators followed later.
        public var since: KernelVersion {
            switch self {
            case .base, .arithmetic32: "3.18"
            case .lessThan: "4.14"
            case .subprograms: "4.16"
            case .jump32: "5.1"
            case .boundedLoops: "5.3"
            case .kernelVariables: "5.10"
            case .atomicFetch, .compareExchange: "5.12"
            case .functionPointers, .kernelFunctions: "5.13"
            case .mapsByIndex: "5.14"
            case .signedDivision, .signedModulo, .moveSignExtending, .loadSignExtending, .swapBytes, .jumpLong: "6.6"
            case .mayGoto, .castAddressSpace: "6.9"
            case .loadAcquire, .storeRelease: "6.15"
            case .jumpIndirect: "6.19"
            }
        }

        /// The version of the instruction set that brought it, as compilers count (`-mcpu`); `nil` for what compilers do not choose by it.
        ///
        /// Ordered loads and stores belong to v4 as well, but only clang 21 and newer write them, and only where a program asks for them.
        public var instructionSet: BPFAssembly.Instruction.Operation.InstructionSet? {
            switch self {
            case .base: .v1
            case .lessThan: .v2
            case .jump32, .arithmetic32, .atomicFetch, .compareExchange: .v3
            case .signedDivision, .signedModulo, .moveSignExtending, .loadSignExtending, .swapBytes, .jumpLong: .v4
            default: nil
            }
        }

        /// The field's own name.
        public var description: String { rawValue }
    }
}
