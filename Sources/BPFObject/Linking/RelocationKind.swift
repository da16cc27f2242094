// SPDX-License-Identifier: Apache-2.0

/// The kinds of relocations that eBPF objects have: the `R_BPF_*` of LLVM (`BPF.def`), described in the kernel's
/// `Documentation/bpf/llvm_reloc.rst`.
enum RelocationKind: UInt32 {
    /// `R_BPF_64_64`: a wide load. Compilers before LLVM 13 used it for 64 bits of data as well.
    case wideLoad = 1
    /// `R_BPF_64_ABS64`: 64 bits of data.
    case data64 = 2
    /// `R_BPF_64_ABS32`: 32 bits of data.
    case data32 = 3
    /// `R_BPF_64_NODYLD32`: 32 bits that no loader has to look at.
    case unloaded32 = 4
    /// `R_BPF_64_32`: a call; in data of older compilers, 32 bits.
    case call = 10

    /// How many bytes of data it is about.
    var byteCount: Int {
        switch self {
        case .wideLoad, .data64: 8
        case .data32, .unloaded32, .call: 4
        }
    }
}
