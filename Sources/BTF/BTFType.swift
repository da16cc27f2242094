// SPDX-License-Identifier: Apache-2.0

/// One type, decoded.
public enum BTFType: Sendable, Hashable {
    case void
    case integer(IntegerType)
    case pointer(to: TypeID)
    case array(ArrayType)
    /// A struct or a union.
    case composite(CompositeType)
    case enumeration(EnumerationType)
    /// A struct or union that is named but not described.
    case forward(name: String, isUnion: Bool)
    /// A typedef.
    case alias(name: String, TypeID)
    /// `const`, `volatile`, `restrict`, or a type tag, which change nothing about the layout.
    case qualified(BTFKind, TypeID)
    case function(name: String, prototype: TypeID, linkage: Linkage)
    case prototype(result: TypeID, parameters: [Parameter])
    case variable(name: String, TypeID, linkage: Linkage)
    case dataSection(DataSectionType)
    case floatingPoint(name: String, byteCount: UInt32)
    /// A tag on a declaration; `component` is the member or argument, -1 for the whole.
    case declarationTag(name: String, TypeID, component: Int32)

    /// The linkage of functions and variables (`BTF_FUNC_*` and `BTF_VAR_*` agree).
    public enum Linkage: UInt32, Sendable, Hashable {
        case `static` = 0
        case global = 1
        case extern = 2
    }

    public struct Parameter: Sendable, Hashable {
        /// Empty where the argument has no name.
        public let name: String
        public let type: TypeID
    }
}

/// An integer, character or boolean.
public struct IntegerType: Sendable, Hashable {
    public let name: String
    public let byteCount: UInt32
    /// The bits that count; they begin at `bitOffset`, which compilers leave at 0.
    public let bitCount: UInt8
    public let bitOffset: UInt8
    public let isSigned: Bool
    public let isCharacter: Bool
    public let isBoolean: Bool
}

/// An array of a fixed number of elements.
public struct ArrayType: Sendable, Hashable {
    public let element: TypeID
    public let index: TypeID
    public let count: UInt32
}

/// A struct or a union.
public struct CompositeType: Sendable, Hashable {
    /// Empty where it has none.
    public let name: String
    public let isUnion: Bool
    public let byteCount: UInt32
    public let members: [Member]

    public struct Member: Sendable, Hashable {
        /// Empty for an anonymous member, whose members count as the outer type's own.
        public let name: String
        public let type: TypeID
        public let bitOffset: UInt32
        /// The width of a bitfield; 0 for a member that is none.
        public let bitCount: UInt8
    }
}

/// An enumeration of integers of up to 64 bits.
public struct EnumerationType: Sendable, Hashable {
    /// Empty where it has none.
    public let name: String
    public let byteCount: UInt32
    public let isSigned: Bool
    public let is64Bit: Bool
    public let values: [Value]

    public struct Value: Sendable, Hashable {
        public let name: String
        /// The bits of the value, extended to 64 according to the enumeration's sign.
        public let bits: UInt64
    }
}

/// A section that holds variables.
public struct DataSectionType: Sendable, Hashable {
    public let name: String
    public let byteCount: UInt32
    public let variables: [Entry]

    public struct Entry: Sendable, Hashable {
        public let type: TypeID
        /// The offset in the section in bytes; compilers leave it at 0, since only the symbol table knows.
        public let byteOffset: UInt32
        public let byteCount: UInt32
    }
}
