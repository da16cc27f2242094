// SPDX-License-Identifier: Apache-2.0

public import Bytes

/// BTF in the making: strings and types are added, and it is written at the end.
///
/// Types may refer to types that come later, as cycles must: the first type gets number 1 (or the one behind the last type of
/// the base), each other the next, see ``nextType``.
///
///     var builder = BTFBuilder()
///     let int = try builder.addInteger("int", byteCount: 4, isSigned: true)
///     try builder.addStructure("node", byteCount: 16, members: [
///         .init(name: "value", type: int, bitOffset: 0),
///         .init(name: "next", type: TypeID(3), bitOffset: 64)])
///     try builder.addPointer(to: TypeID(2))
///     let types = try builder.btf()
///
/// The format: `Documentation/bpf/btf.rst` of the kernel. Kernels load at most 2^20 types and 16 MiB of strings
/// (`BTF_MAX_TYPE`, `BTF_MAX_NAME_OFFSET`); what is written for other readers may be larger.
public struct BTFBuilder: Sendable {
    /// The types that these stand on; their numbers and strings are continued.
    public let base: BTF?
    /// Whether types may have more than 65,535 entries, up to 16,777,215: kernels take them from Linux 7.2 on, and so do readers that know of it.
    public var allowsManyEntries = false
    /// Whether the sizes of kinds are written, by which readers skip those that they do not know: kernels take them from Linux 7.1 on.
    public var describesKinds = false
    var table = TypeTable()
    var strings: StringTable
    private let order: ByteOrder
    /// How large types of kinds are that are only copied. Without it nobody could read what is written.
    private(set) var kindSizes: KindSizes?

    /// Nothing yet, on top of a base or of nothing.
    public init(base: BTF? = nil) {
        self.base = base
        strings = StringTable(base: base?.strings)
        order = base?.byteOrder ?? .native
    }

    /// On top of a base whose strings are not used again, which would cost more than it saves where little is added.
    init(quicklyOn base: BTF) {
        self.base = base
        strings = StringTable(base: base.strings, reusesBase: false)
        order = base.byteOrder
    }

    /// All of a BTF, with the numbers and string offsets that it has there, so that more can be added.
    public init(copying btf: BTF) {
        base = btf.base
        order = btf.byteOrder
        strings = StringTable(copying: btf)
        table.append(typesOf: btf)
        kindSizes = btf.firstUnknown == nil ? nil : btf.kindSizes
        dropStringsOutside()
    }

    /// The number of types, void and those of the base counted.
    public var count: Int { firstIndex + table.count }

    /// The number that the next type will get.
    public var nextType: TypeID { TypeID(UInt32(truncatingIfNeeded: count)) }

    /// The number of the first type that is not the base's.
    var firstIndex: Int { base?.count ?? 1 }

    /// The offset of a string, which is added where it is new; 0 is the empty one.
    ///
    /// - Throws: ``BTFError`` where it holds a NUL, or all strings together become larger than 4 GiB.
    public mutating func string(_ text: String) throws(BTFError) -> UInt32 { try strings.offset(of: text) }

    /// The offset of a string of another BTF, which is added where it is new.
    ///
    /// - Throws: ``BTFError`` where all strings together become larger than 4 GiB.
    public mutating func string(at offset: UInt32, of btf: BTF) throws(BTFError) -> UInt32 {
        try strings.offset(ofStringAt: offset, in: btf)
    }

    /// Appends a type as it stands in the table. The caller vouches for the number of words.
    mutating func append(
        _ kind: BTFKind, _ name: UInt32, count: Int = 0, flag: Bool = false, sizeOrType: UInt32 = 0, _ rest: [UInt32] = []
    ) throws(BTFError) -> TypeID {
        let room = allowsManyEntries ? TypeInfo.largestCount : TypeInfo.largestCountOfOldKernels
        guard count <= room else {
            let remedy = count <= TypeInfo.largestCount ? "; with 'allowsManyEntries' it has room for \(TypeInfo.largestCount)" : ""
            throw BTFError(.malformed, "a \(kind.word) has \(count) entries; BTF has room for \(room)\(remedy)")
        }
        let number = nextType
        guard table.words.count + rest.count + 3 < Int(UInt32.max / 4) else { throw BTFError(.malformed, "the types are larger than 4 GiB") }
        table.append(name: name, info: TypeInfo(kind, count: count, flag: flag), sizeOrType: sizeOrType, rest)
        return number
    }

    /// The bytes of the whole: a header, the types, the strings. Before the strings stand the sizes of kinds, where they are asked for or types
    /// of unknown kinds were copied.
    ///
    /// - Parameter order: the order of the bytes in every integer; that of what it stands on or was copied from, else the machine's,
    ///   where it is left out.
    public func bytes(_ order: ByteOrder? = nil) -> [UInt8] {
        let order = order ?? self.order
        var bytes: [UInt8] = []
        bytes.reserveCapacity(BTF.headerSize + 4 * table.words.count + strings.bytes.count)
        bytes.append(integer: BTF.magic, order: order)
        // Version 1, no flags.
        bytes += [1, 0]
        let typesSize = UInt32(truncatingIfNeeded: 4 * table.words.count)
        let sizes = (kindSizes ?? (describesKinds ? .known : nil))?.array() ?? []
        let sizesCount = UInt32(truncatingIfNeeded: sizes.count)
        let headerSize = sizes.isEmpty ? BTF.headerSize : BTF.headerSizeWithKinds
        for word in [UInt32(headerSize), 0, typesSize, typesSize &+ sizesCount, UInt32(truncatingIfNeeded: strings.bytes.count)] {
            bytes.append(integer: word, order: order)
        }
        if !sizes.isEmpty { for word in [typesSize, sizesCount] { bytes.append(integer: word, order: order) } }
        for word in table.words {
            let stored = order.convert(word)
            // In the machine's order, whichever it is: the conversion has swapped where it must.
            if ByteOrder.native == .littleEndian {
                bytes.append(UInt8(truncatingIfNeeded: stored))
                bytes.append(UInt8(truncatingIfNeeded: stored >> 8))
                bytes.append(UInt8(truncatingIfNeeded: stored >> 16))
                bytes.append(UInt8(truncatingIfNeeded: stored >> 24))
            } else {
                bytes.append(integer: word, order: order)
            }
        }
        return bytes + sizes + strings.bytes
    }

    /// The types, readable. The builder may go on.
    ///
    /// - Throws: ``BTFError`` where the order is not that of the base.
    public func btf(_ order: ByteOrder? = nil) throws(BTFError) -> BTF {
        try BTF(ByteView(bytes(order)), base: base)
    }

    /// Names that lay outside of the strings were empty, and must not become others when strings are added.
    private mutating func dropStringsOutside() {
        let end = UInt32(truncatingIfNeeded: strings.end)
        for index in 0..<table.count {
            table.rename(table.header(index)) { $0 < end ? $0 : 0 }
        }
    }
}
