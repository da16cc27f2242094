// SPDX-License-Identifier: Apache-2.0

/// What a wide load puts into its register. The kernel replaces all but constants by addresses when it loads the program.
///
/// The numbers behind the cases are `BPF_PSEUDO_*` of `include/uapi/linux/bpf.h`; RFC 9669, section 5.4.
public enum WideValue: Sendable, Hashable {
    /// 64 bits as they are.
    case constant(UInt64)
    /// A map, by its descriptor (`BPF_PSEUDO_MAP_FD`).
    case map(descriptor: Int32)
    /// The address in a map's first value that is `offset` bytes behind its beginning (`BPF_PSEUDO_MAP_VALUE`). Linux 5.2.
    case mapValue(descriptor: Int32, offset: UInt32)
    /// The address of a variable of the kernel, by the number of its type and the descriptor of the module's BTF, which is 0 for the kernel
    /// itself (`BPF_PSEUDO_BTF_ID`). Linux 5.10.
    case variable(typeID: Int32, moduleDescriptor: Int32)
    /// The address of a function of the same program, by its distance from the next slot, in slots (`BPF_PSEUDO_FUNC`). Linux 5.13.
    case function(offset: Int32)
    /// A map, by its place in the list of descriptors that the program is loaded with (`BPF_PSEUDO_MAP_IDX`). Linux 5.14.
    case mapIndex(Int32)
    /// As ``mapValue(descriptor:offset:)``, with the map by its place in the list (`BPF_PSEUDO_MAP_IDX_VALUE`). Linux 5.14.
    case mapIndexValue(Int32, offset: UInt32)

    /// The kind that stands in the instruction's source, and the immediates of the two slots.
    var encoded: (source: UInt8, low: Int32, high: Int32) {
        switch self {
        case .constant(let value): (0, Int32(truncatingIfNeeded: value), Int32(truncatingIfNeeded: value >> 32))
        case .map(let descriptor): (Instruction.PseudoSource.mapDescriptor, descriptor, 0)
        case .mapValue(let descriptor, let offset): (Instruction.PseudoSource.mapValue, descriptor, Int32(bitPattern: offset))
        case .variable(let typeID, let moduleDescriptor): (Instruction.PseudoSource.typeID, typeID, moduleDescriptor)
        case .function(let offset): (Instruction.PseudoSource.function, offset, 0)
        case .mapIndex(let index): (Instruction.PseudoSource.mapIndex, index, 0)
        case .mapIndexValue(let index, let offset): (Instruction.PseudoSource.mapIndexValue, index, Int32(bitPattern: offset))
        }
    }

    init?(source: UInt8, low: Int32, high: Int32) {
        switch source {
        case 0: self = .constant(UInt64(UInt32(bitPattern: high)) << 32 | UInt64(UInt32(bitPattern: low)))
        case Instruction.PseudoSource.mapDescriptor: self = .map(descriptor: low)
        case Instruction.PseudoSource.mapValue: self = .mapValue(descriptor: low, offset: UInt32(bitPattern: high))
        case Instruction.PseudoSource.typeID: self = .variable(typeID: low, moduleDescriptor: high)
        case Instruction.PseudoSource.function: self = .function(offset: low)
        case Instruction.PseudoSource.mapIndex: self = .mapIndex(low)
        case Instruction.PseudoSource.mapIndexValue: self = .mapIndexValue(low, offset: UInt32(bitPattern: high))
        default: return nil
        }
    }
}

extension Instruction.PseudoSource {
    /// A wide load of the address of a variable of the kernel, by the number of its type.
    public static let typeID: UInt8 = 3
    /// A wide load of a map by its place in the list of descriptors.
    public static let mapIndex: UInt8 = 5
    /// A wide load of an address in the first value of a map by its place in the list of descriptors.
    public static let mapIndexValue: UInt8 = 6
    /// A call of a function of the kernel by the number of its type.
    public static let kernelFunctionCall: UInt8 = 2
}
