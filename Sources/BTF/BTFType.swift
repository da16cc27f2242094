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
    /// `const`, `volatile` or `restrict`, which change nothing about the layout.
    case qualified(BTFKind, TypeID)
    /// A tag on a type (`btf_type_tag`), which changes nothing about the layout. From Linux 5.17 on.
    case typeTag(name: String, TypeID)
    /// Any other attribute of a type, by name: a type tag whose `kind_flag` is set. From Linux 6.15 on.
    case typeAttribute(name: String, TypeID)
    case function(name: String, prototype: TypeID, linkage: Linkage)
    case prototype(result: TypeID, parameters: [Parameter])
    case variable(name: String, TypeID, linkage: Linkage)
    case dataSection(DataSectionType)
    case floatingPoint(name: String, byteCount: UInt32)
    /// A tag on a declaration; `component` is the member or argument, -1 for the whole.
    case declarationTag(name: String, TypeID, component: Int32)
    /// Any other attribute of a declaration, by name: a declaration tag whose `kind_flag` is set. From Linux 6.15 on.
    case declarationAttribute(name: String, TypeID, component: Int32)

    /// The linkage of functions and variables (`BTF_FUNC_*` and `BTF_VAR_*` agree).
    public enum Linkage: UInt32, Sendable, Hashable {
        case `static` = 0
        case global = 1
        case extern = 2
    }

    /// A parameter of a function.
    public struct Parameter: Sendable, Hashable {
        /// Empty where the argument has no name.
        public let name: String
        /// Its type; void, and no name, for the variable arguments at the end (`...`).
        public let type: TypeID

        /// A parameter; void, and no name, for the variable arguments at the end.
        public init(name: String, type: TypeID) {
            self.name = name
            self.type = type
        }
    }
}

/// An integer, character or boolean.
public struct IntegerType: Sendable, Hashable {
    /// C's name: `unsigned int`.
    public let name: String
    /// The size in bytes.
    public let byteCount: UInt32
    /// How many of its bits count.
    public let bitCount: UInt8
    /// Where the bits that count begin; compilers leave it at 0.
    public let bitOffset: UInt8
    /// Whether it has a sign (`BTF_INT_SIGNED`).
    public let isSigned: Bool
    /// Whether it is marked as a character (`BTF_INT_CHAR`).
    public let isCharacter: Bool
    /// Whether it is marked as a boolean (`BTF_INT_BOOL`).
    public let isBoolean: Bool

    /// An integer of whole bytes, unless it says how many of its bits count.
    public init(
        name: String, byteCount: UInt32, bitCount: UInt8, bitOffset: UInt8 = 0, isSigned: Bool = false, isCharacter: Bool = false,
        isBoolean: Bool = false
    ) {
        self.name = name
        self.byteCount = byteCount
        self.bitCount = bitCount
        self.bitOffset = bitOffset
        self.isSigned = isSigned
        self.isCharacter = isCharacter
        self.isBoolean = isBoolean
    }
}

/// An array of a fixed number of elements.
public struct ArrayType: Sendable, Hashable {
    /// The type of an element.
    public let element: TypeID
    /// The type of an index, which says nothing about the layout.
    public let index: TypeID
    /// The number of elements; 0 for an array that is as long as its memory.
    public let count: UInt32

    /// An array; compilers take `__ARRAY_SIZE_TYPE__` for the index.
    public init(element: TypeID, index: TypeID, count: UInt32) {
        self.element = element
        self.index = index
        self.count = count
    }
}

/// A struct or a union.
public struct CompositeType: Sendable, Hashable {
    /// Empty where it has none.
    public let name: String
    /// Whether its members share one place.
    public let isUnion: Bool
    /// The size in bytes, with the padding.
    public let byteCount: UInt32
    /// The members, in the order of the declaration.
    public let members: [Member]

    /// A struct or a union of `byteCount` bytes.
    public init(name: String, isUnion: Bool = false, byteCount: UInt32, members: [Member]) {
        self.name = name
        self.isUnion = isUnion
        self.byteCount = byteCount
        self.members = members
    }

    /// A member of a struct or a union.
    public struct Member: Sendable, Hashable {
        /// Empty for an anonymous member, whose members count as the outer type's own.
        public let name: String
        /// Its type; for a bitfield, the one that it is declared with.
        public let type: TypeID
        /// Where it begins, in bits from the beginning of the struct or union.
        public let bitOffset: UInt32
        /// The width of a bitfield; 0 for a member that is none.
        public let bitCount: UInt8

        /// A member; with a width, a bitfield.
        public init(name: String, type: TypeID, bitOffset: UInt32, bitCount: UInt8 = 0) {
            self.name = name
            self.type = type
            self.bitOffset = bitOffset
            self.bitCount = bitCount
        }
    }
}

/// An enumeration of integers of up to 64 bits.
public struct EnumerationType: Sendable, Hashable {
    /// Empty where it has none.
    public let name: String
    /// The size of a value in bytes.
    public let byteCount: UInt32
    /// Whether its values have a sign.
    public let isSigned: Bool
    /// Whether it is of kind ``BTFKind/enumeration64``, which kernels know from Linux 6.0 on.
    public let is64Bit: Bool
    /// The enumerators, in the order of the declaration.
    public let values: [Value]

    /// An enumeration of `byteCount` bytes a value.
    public init(name: String, byteCount: UInt32 = 4, isSigned: Bool = false, is64Bit: Bool = false, values: [Value]) {
        self.name = name
        self.byteCount = byteCount
        self.isSigned = isSigned
        self.is64Bit = is64Bit
        self.values = values
    }

    /// An enumerator.
    public struct Value: Sendable, Hashable {
        /// Its name in C.
        public let name: String
        /// The bits of the value, extended to 64 according to the enumeration's sign.
        public let bits: UInt64

        /// An enumerator, its value extended to 64 bits according to the sign.
        public init(name: String, bits: UInt64) {
            self.name = name
            self.bits = bits
        }
    }
}

/// A section that holds variables.
public struct DataSectionType: Sendable, Hashable {
    /// The name of the section: `.bss`.
    public let name: String
    /// The size in bytes; compilers leave it at 0, since only the table of sections knows.
    public let byteCount: UInt32
    /// The variables that lie in it.
    public let variables: [Entry]

    /// A section, its size in bytes or 0 where it is not known yet.
    public init(name: String, byteCount: UInt32 = 0, variables: [Entry]) {
        self.name = name
        self.byteCount = byteCount
        self.variables = variables
    }

    /// The place of a variable in the section.
    public struct Entry: Sendable, Hashable {
        /// The variable, a type of kind ``BTFKind/variable``.
        public let type: TypeID
        /// The offset in the section in bytes; compilers leave it at 0, since only the symbol table knows.
        public let byteOffset: UInt32
        /// The size of the variable in bytes.
        public let byteCount: UInt32

        /// The place of a variable, in bytes.
        public init(type: TypeID, byteOffset: UInt32 = 0, byteCount: UInt32) {
            self.type = type
            self.byteOffset = byteOffset
            self.byteCount = byteCount
        }
    }
}
