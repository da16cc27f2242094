// SPDX-License-Identifier: Apache-2.0

extension ELFFile {
    /// The number of `e_machine`: what the code is for.
    public struct Machine: RawRepresentable, Sendable, Hashable, CustomStringConvertible {
        /// The number in the file, one of the `EM_*` of `include/uapi/linux/elf-em.h`.
        public let rawValue: UInt16
        /// A machine by its number, also one that has no name here.
        public init(rawValue: UInt16) { self.rawValue = rawValue }

        /// `EM_MIPS`.
        public static let mips = Machine(rawValue: 8)
        /// `EM_PPC64`.
        public static let powerPC64 = Machine(rawValue: 21)
        /// `EM_S390`.
        public static let s390 = Machine(rawValue: 22)
        /// `EM_SPARCV9`.
        public static let sparc64 = Machine(rawValue: 43)
        /// `EM_X86_64`.
        public static let x86_64 = Machine(rawValue: 62)
        /// `EM_AARCH64`.
        public static let arm64 = Machine(rawValue: 183)
        /// `EM_RISCV`.
        public static let riscv = Machine(rawValue: 243)
        /// `EM_BPF`.
        public static let bpf = Machine(rawValue: 247)
        /// `EM_LOONGARCH`.
        public static let loongArch = Machine(rawValue: 258)
        /// `EM_ALPHA`, which never got an official number.
        public static let alpha = Machine(rawValue: 0x9026)

        /// The machine as people write it (`x86-64`, `eBPF`), or its number where it has no name here.
        public var description: String {
            switch self {
            case .mips: "MIPS"
            case .powerPC64: "PowerPC64"
            case .s390: "s390x"
            case .sparc64: "SPARC64"
            case .x86_64: "x86-64"
            case .arm64: "arm64"
            case .riscv: "RISC-V"
            case .bpf: "eBPF"
            case .loongArch: "LoongArch"
            case .alpha: "Alpha"
            default: "machine \(rawValue)"
            }
        }
    }

    /// The number of `e_type`: what the file is for.
    public struct Kind: RawRepresentable, Sendable, Hashable, CustomStringConvertible {
        /// The number in the file, one of the `ET_*` of elf(5).
        public let rawValue: UInt16
        /// A kind by its number, also one that has no name here.
        public init(rawValue: UInt16) { self.rawValue = rawValue }

        /// `ET_REL`: an object that is to be linked, as compilers write them, and all eBPF objects are.
        public static let relocatable = Kind(rawValue: 1)
        /// `ET_EXEC`: a program that runs at fixed addresses.
        public static let executable = Kind(rawValue: 2)
        /// `ET_DYN`: a shared library, or a program that runs at any address, as most do today.
        public static let sharedObject = Kind(rawValue: 3)
        /// `ET_CORE`: the memory of a process that has died.
        public static let core = Kind(rawValue: 4)

        /// The kind in words, or its number where it has no name here.
        public var description: String {
            switch self {
            case .relocatable: "relocatable object"
            case .executable: "executable"
            case .sharedObject: "shared object"
            case .core: "core file"
            default: "kind \(rawValue)"
            }
        }
    }
}
