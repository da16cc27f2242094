// SPDX-License-Identifier: Apache-2.0

import Bytes

/// What `Elf64_Ehdr` says about the rest of the file.
struct FileHeader {
    let byteOrder: ByteOrder
    let machine: UInt16
    let sectionTableOffset: UInt64
    let sectionHeaderSize: UInt16
    let sectionCount: UInt16
    let nameSectionIndex: UInt16

    static let size = 64

    init(_ bytes: ByteView) throws(ELFError) {
        guard bytes.slice(at: 0, count: 4)?.array() == [0x7F, 0x45, 0x4C, 0x46] else {
            throw ELFError(.notELF, "this is not an ELF file: it does not begin with 7F 'ELF'")
        }
        guard bytes[4] == 2 else {
            throw ELFError(.unsupportedClass, "this is not a 64-bit ELF file; eBPF objects always are")
        }
        switch bytes[5] {
        case 1: byteOrder = .littleEndian
        case 2: byteOrder = .bigEndian
        default: throw ELFError(.malformed, "byte 5 names no byte order")
        }
        guard let machine = bytes.integer(UInt16.self, at: 18, order: byteOrder),
            let tableOffset = bytes.integer(UInt64.self, at: 40, order: byteOrder),
            let entrySize = bytes.integer(UInt16.self, at: 58, order: byteOrder),
            let count = bytes.integer(UInt16.self, at: 60, order: byteOrder),
            let names = bytes.integer(UInt16.self, at: 62, order: byteOrder)
        else { throw ELFError(.truncated, "\(bytes.count) bytes do not hold the header's \(Self.size)") }
        self.machine = machine
        sectionTableOffset = tableOffset
        sectionHeaderSize = entrySize
        sectionCount = count
        nameSectionIndex = names
    }
}
