// SPDX-License-Identifier: Apache-2.0

import Bytes

/// What `Elf64_Ehdr` says about the rest of the file, with the numbers that stand elsewhere because they need more than sixteen bits.
struct FileHeader {
    let byteOrder: ByteOrder
    let operatingSystemABI: UInt8
    let kind: UInt16
    let machine: UInt16
    let flags: UInt32
    let entry: UInt64
    let segmentTableOffset: UInt64
    let segmentHeaderSize: UInt16
    let segmentCount: Int
    let sectionTableOffset: UInt64
    let sectionHeaderSize: UInt16
    let sectionCount: Int
    let nameSectionIndex: Int

    static let size = 64
    static let magic: [UInt8] = [0x7F, 0x45, 0x4C, 0x46]

    init(_ bytes: ByteView) throws(ELFError) {
        guard bytes.slice(at: 0, count: 4)?.array() == Self.magic else {
            throw ELFError(.notELF, "this is not an ELF file: it does not begin with 7F 'ELF'")
        }
        guard let fileClass = bytes[4], let orderByte = bytes[5] else { throw Self.truncated(bytes) }
        guard fileClass == 2 else {
            throw ELFError(.unsupportedClass, "this is not a 64-bit ELF file; eBPF objects always are")
        }
        let order: ByteOrder
        switch orderByte {
        case 1: order = .littleEndian
        case 2: order = .bigEndian
        default: throw ELFError(.malformed, "byte 5 names no byte order")
        }
        guard bytes.count >= Self.size else { throw Self.truncated(bytes) }
        func field<Value: FixedWidthInteger & BitwiseCopyable>(_ type: Value.Type, at offset: Int) -> Value {
            // Every offset here lies in the header, which was found to be whole.
            bytes.integer(type, at: offset, order: order) ?? 0
        }
        byteOrder = order
        operatingSystemABI = bytes[7] ?? 0
        kind = field(UInt16.self, at: 16)
        machine = field(UInt16.self, at: 18)
        entry = field(UInt64.self, at: 24)
        segmentTableOffset = field(UInt64.self, at: 32)
        sectionTableOffset = field(UInt64.self, at: 40)
        flags = field(UInt32.self, at: 48)
        segmentHeaderSize = field(UInt16.self, at: 54)
        sectionHeaderSize = field(UInt16.self, at: 58)

        // What does not fit in sixteen bits stands in the first section header, which is otherwise empty.
        let first = sectionTableOffset == 0 ? nil : bytes.suffix(from: sectionTableOffset)
        let segments = field(UInt16.self, at: 56)
        let sections = field(UInt16.self, at: 60)
        let names = field(UInt16.self, at: 62)
        segmentCount = segments == Self.manySegments ? Int(first?.integer(UInt32.self, at: 44, order: order) ?? .max) : Int(segments)
        sectionCount = sections == 0 ? Int(clamping: first?.integer(UInt64.self, at: 32, order: order) ?? 0) : Int(sections)
        nameSectionIndex = names == Self.wideIndex ? Int(first?.integer(UInt32.self, at: 40, order: order) ?? 0) : Int(names)
    }

    private static func truncated(_ bytes: ByteView) -> ELFError {
        ELFError(.truncated, "\(bytes.count) bytes do not hold the header's \(size)")
    }

    /// `PN_XNUM`: the number of segments stands in `sh_info` of the first section header.
    static let manySegments: UInt16 = 0xFFFF
    /// `SHN_XINDEX`: the index of a section stands elsewhere.
    static let wideIndex: UInt16 = 0xFFFF
    /// `SHN_LORESERVE`: from here on, sixteen bits do not name a section, but have a meaning of their own.
    static let firstReservedIndex = 0xFF00
}
