// SPDX-License-Identifier: Apache-2.0

public import Bytes

/// A graph of types in the BPF Type Format, read lazily from bytes that are not copied.
///
/// Reading makes one pass that finds where each type begins (four bytes of memory a type); a type is decoded when it is asked
/// for. The format: `Documentation/bpf/btf.rst` of the kernel.
///
/// A kernel module's types are split off: they stand on those of the kernel, continue their numbers and their strings, and
/// are read with the kernel's as their ``base``.
public struct BTF: Sendable {
    /// The header and all that belongs to it.
    public let bytes: ByteView
    /// The order of the bytes in every integer of it, as the number at its beginning shows.
    public let byteOrder: ByteOrder
    /// The types that these stand on; `nil` for types that stand alone.
    public var base: BTF? { foundation?.types }
    /// The number of types, void and those of the base counted.
    public var count: Int { firstIndex + offsets.count }

    /// The types, and where in them each begins.
    let types: ByteView
    let offsets: [UInt32]
    let strings: ByteView
    /// Where the types begin in ``bytes``.
    let typesStart: Int
    /// The number of the first type that is not the base's, and the offset of the first string.
    let firstIndex: Int
    let firstString: Int
    /// How large the types of kinds are that this reader does not know, where the file says so.
    let kindSizes: KindSizes?
    /// The first type of such a kind.
    let firstUnknown: TypeID?
    /// How names are found; shared by all copies of this value, built when it pays.
    let names: NameIndexCache
    private let foundation: Foundation?

    static let magic: UInt16 = 0xEB9F
    static let headerSize = 24
    /// The size of a header that says where the sizes of kinds are.
    static let headerSizeWithKinds = 32

    /// Reads the header and finds every type.
    ///
    /// A type of a kind that is not known is skipped where the file says how large such types are (from Linux 7.1 on): the others can be read,
    /// and only to decode that one fails.
    ///
    /// - Parameter base: the types that these stand on, for those of a kernel module.
    /// - Throws: ``BTFError`` where the bytes are not BTF, end early, or hold a kind that is not known and of whose size nothing is
    ///   said.
    public init(_ bytes: ByteView, base: BTF? = nil) throws(BTFError) {
        let header = try BTFHeader(bytes)
        if let base {
            guard base.byteOrder == header.byteOrder else { throw BTFError(.malformed, "its byte order is not that of its base") }
            guard base.foundation == nil else { throw BTFError(.malformed, "its base stands on another base") }
        } else {
            guard header.strings[0] ?? 0 == 0 else {
                throw BTFError(.needsBase, "this is split BTF: its strings do not begin with the empty one, but continue those of a base")
            }
        }
        self.bytes = bytes
        byteOrder = header.byteOrder
        typesStart = header.typesStart
        types = header.types
        strings = header.strings
        firstIndex = base?.count ?? 1
        firstString = base?.strings.count ?? 0
        foundation = base.map(Foundation.init)
        names = NameIndexCache()
        // A module's types have the sizes of their kernel's.
        kindSizes = header.kindSizes ?? base?.kindSizes
        (offsets, firstUnknown) = try Self.index(header.types, order: header.byteOrder, firstIndex: firstIndex, kindSizes)
    }

    /// Finds where each type begins.
    private static func index(
        _ types: ByteView, order: ByteOrder, firstIndex: Int, _ kindSizes: KindSizes?
    ) throws(BTFError) -> ([UInt32], firstUnknown: TypeID?) {
        var firstUnknown: TypeID?
        let offsets = try types.withBytes { (bytes: RawSpan) throws(BTFError) in
            // A type has twelve bytes at least. Room that no type needs is memory that nobody touches.
            try [UInt32](capacity: bytes.byteCount / 12) { (offsets: inout OutputSpan<UInt32>) throws(BTFError) in
                let end = bytes.byteCount
                let isNative = order == .native
                var offset = 0
                while offset < end {
                    guard end &- offset >= 12 else { throw truncated(firstIndex + offsets.count, needs: 12, of: end - offset) }
                    // Inside: the guard above has seen that the twelve bytes of the header are.
                    let stored = bytes.unsafeLoadUnaligned(fromUncheckedByteOffset: offset &+ 4, as: UInt32.self)
                    let info = TypeInfo(isNative ? stored : stored.byteSwapped)
                    var size = BTFKind.size(info.kindNumber, count: info.count)
                    if size == 0 {
                        size = try unknownSize(info, of: firstIndex + offsets.count, kindSizes)
                        if firstUnknown == nil { firstUnknown = TypeID(UInt32(truncatingIfNeeded: firstIndex + offsets.count)) }
                    }
                    guard size <= end &- offset else { throw truncated(firstIndex + offsets.count, needs: size, of: end - offset) }
                    offsets.append(UInt32(truncatingIfNeeded: offset))
                    offset &+= size
                }
            }
        }
        return (offsets, firstUnknown)
    }

    private static func truncated(_ type: Int, needs size: Int, of left: Int) -> BTFError {
        BTFError(.truncated, "type \(type) needs \(size) bytes of the last \(left)")
    }

    @inline(never)
    private static func unknownSize(_ info: TypeInfo, of type: Int, _ kindSizes: KindSizes?) throws(BTFError) -> Int {
        guard let size = kindSizes?.size(info.kindNumber, count: info.count) else {
            throw BTFError(
                .unknownKind, "type \(type) is of kind \(info.kindNumber), which is newer than this reader, and the file does not say how large it is"
            )
        }
        return size
    }

    /// The numbers of all types but void, those of the base first.
    public var typeIDs: some RandomAccessCollection<TypeID> & Sendable {
        (UInt32(1)..<UInt32(max(count, 1))).lazy.map { TypeID($0) }
    }

    /// The numbers of the types that are not the base's.
    public var ownTypeIDs: some RandomAccessCollection<TypeID> & Sendable {
        (UInt32(firstIndex)..<UInt32(count)).lazy.map { TypeID($0) }
    }

    /// The string at an offset in the strings; empty where there is none.
    public func string(at offset: UInt32) -> String {
        let (strings, offset) = place(ofString: offset)
        return strings.string(at: offset) ?? ""
    }

    /// The string at an offset, empty where there is none; `nil` where it has more than `longest` bytes, which then are not copied.
    package func string(at offset: UInt32, longest: Int) -> String? {
        let (strings, offset) = place(ofString: offset)
        guard strings.stringLength(at: offset) ?? 0 <= longest else { return nil }
        return strings.string(at: offset) ?? ""
    }

    /// The strings that an offset lies in, its own or the base's, and where in them.
    @inline(__always)
    func place(ofString offset: UInt32) -> (strings: ByteView, offset: Int) {
        let offset = Int(offset)
        if offset >= firstString { return (strings, offset - firstString) }
        return foundation?.types.place(ofString: UInt32(offset)) ?? (strings, strings.count)
    }

    /// Appends the bytes of the string at an offset; nothing where there is none.
    func append(string offset: UInt32, to text: inout TextBuffer) {
        let place = Int(offset) - firstString
        if place >= 0 { strings.appendString(at: place, to: &text) } else { foundation?.types.append(string: offset, to: &text) }
    }

    /// Keeps the base: a structure cannot hold another of its own kind.
    private final class Foundation: Sendable {
        let types: BTF

        init(_ types: BTF) {
            self.types = types
        }
    }
}
