// SPDX-License-Identifier: Apache-2.0

public import Bytes

/// A graph of types in the BPF Type Format, read lazily from bytes that are not copied.
///
/// Reading makes one pass that finds where each type begins (four bytes of memory a type); a type is decoded when it is asked
/// for. The format: `Documentation/bpf/btf.rst` of the kernel.
public struct BTF: Sendable {
    /// The header and all that belongs to it.
    public let bytes: ByteView
    /// The order of the bytes in every integer of it, as the number at its beginning shows.
    public let byteOrder: ByteOrder
    /// The number of types, void counted.
    public var count: Int { offsets.count }

    /// The types, and where in them each begins; entry 0 stands for void.
    let types: ByteView
    let offsets: [UInt32]
    let strings: ByteView
    /// Where the types begin in ``bytes``.
    let typesStart: Int

    static let magic: UInt16 = 0xEB9F
    static let headerSize = 24

    /// Reads the header and finds every type.
    ///
    /// - Throws: ``BTFError`` where the bytes are not BTF, end early, or hold a kind that is not known.
    public init(_ bytes: ByteView) throws(BTFError) {
        let order: ByteOrder
        if bytes.integer(UInt16.self, at: 0, order: .littleEndian) == Self.magic {
            order = .littleEndian
        } else if bytes.integer(UInt16.self, at: 0, order: .bigEndian) == Self.magic {
            order = .bigEndian
        } else {
            throw BTFError(.notBTF, "this is not BTF: it does not begin with the number 0xEB9F")
        }
        guard bytes[2] == 1 else { throw BTFError(.notBTF, "this is BTF of version \(bytes[2] ?? 0); only version 1 is known") }
        func word(_ offset: Int) throws(BTFError) -> Int {
            guard let value = bytes.integer(UInt32.self, at: offset, order: order) else {
                throw BTFError(.truncated, "\(bytes.count) bytes do not hold the header's \(Self.headerSize)")
            }
            return Int(value)
        }
        let body = try word(4)
        let start = body + (try word(8))
        guard let types = bytes.slice(at: start, count: try word(12)) else {
            throw BTFError(.truncated, "the types lie outside of its \(bytes.count) bytes")
        }
        guard let strings = bytes.slice(at: body + (try word(16)), count: try word(20)), strings[0] ?? 0 == 0 else {
            throw BTFError(.truncated, "the strings lie outside of its \(bytes.count) bytes, or do not begin with the empty one")
        }
        self.bytes = bytes
        byteOrder = order
        typesStart = start
        self.types = types
        self.strings = strings
        offsets = try Self.index(types, order: order)
    }

    /// Finds where each type begins.
    private static func index(_ types: ByteView, order: ByteOrder) throws(BTFError) -> [UInt32] {
        var offsets: [UInt32] = [0]
        // The kernel's types average 26 bytes; a wrong guess costs one move.
        offsets.reserveCapacity(types.count / 24 + 1)
        var offset = 0
        while offset < types.count {
            guard let info = types.integer(UInt32.self, at: offset + 4, order: order) else {
                throw BTFError(.truncated, "type \(offsets.count) begins \(types.count - offset) bytes before the end")
            }
            let number = UInt8(truncatingIfNeeded: info >> 24 & 0x1F)
            guard let kind = BTFKind(rawValue: number), kind != .void else {
                throw BTFError(.unknownKind, "type \(offsets.count) is of kind \(number), which is newer than this reader")
            }
            let size = 12 + kind.trailingSize(count: Int(info & 0xFFFF))
            guard size <= types.count - offset else {
                throw BTFError(.truncated, "type \(offsets.count) needs \(size) bytes of the last \(types.count - offset)")
            }
            offsets.append(UInt32(truncatingIfNeeded: offset))
            offset += size
        }
        return offsets
    }

    /// The numbers of all types but void.
    public var typeIDs: some RandomAccessCollection<TypeID> & Sendable {
        (UInt32(1)..<UInt32(max(count, 1))).lazy.map { TypeID($0) }
    }

    /// The string at an offset in the strings; empty where there is none.
    public func string(at offset: UInt32) -> String {
        strings.string(at: Int(offset)) ?? ""
    }
}
