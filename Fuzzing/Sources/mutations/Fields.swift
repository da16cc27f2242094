// SPDX-License-Identifier: Apache-2.0

import Bytes
import ELF

/// Where an object has its numbers: in headers, tables, types and records.
struct Fields {
    struct Field {
        let offset: Int, size: Int

        func value(in bytes: [UInt8], _ order: ByteOrder) -> UInt64 {
            guard offset + size <= bytes.count else { return 0 }
            let field = bytes[offset..<offset + size]
            let reduce = { (sum: UInt64, byte: UInt8) in sum << 8 | UInt64(byte) }
            return order == .bigEndian ? field.reduce(0, reduce) : field.reversed().reduce(0, reduce)
        }

        /// Nothing happens where an earlier change has cut the field off.
        func store(_ value: UInt64, in bytes: inout [UInt8], _ order: ByteOrder) {
            guard offset + size <= bytes.count else { return }
            for index in 0..<size {
                let shift = UInt64(8 * (order == .bigEndian ? size - 1 - index : index))
                bytes[offset + index] = UInt8(truncatingIfNeeded: value >> shift)
            }
        }
    }

    let order: ByteOrder
    /// The bytes of each section.
    let sections: [Range<Int>]
    /// The fields of each kind of header or table; each kind is as likely as the others, however many fields it has.
    private var kinds: [[Field]] = []

    /// Finds the fields of a healthy object; none where the bytes are no ELF file.
    init(of bytes: [UInt8]) {
        guard let file = try? ELFFile(ByteView(bytes)) else {
            order = .native
            sections = []
            return
        }
        order = file.byteOrder
        sections = file.sections.filter { !$0.bytes.array().isEmpty }.map { Int($0.offset)..<Int($0.offset) + $0.bytes.count }
        kinds = [
            // Elf64_Ehdr, Elf64_Shdr.
            Self.fields([1, 1, 1, 1], at: 4) + Self.fields([2, 2, 4, 8, 8, 8, 4, 2, 2, 2, 2, 2, 2], at: 16),
            file.sections.indices.flatMap {
                Self.fields([4, 4, 8, 8, 8, 8, 4, 4, 8, 8], at: Int(Field(offset: 40, size: 8).value(in: bytes, file.byteOrder)) + 64 * $0)
            },
        ]
        for section in file.sections where !section.bytes.array().isEmpty {
            let start = Int(section.offset)
            switch (section.kind, section.name) {
            case (.symbolTable, _): addTable([4, 1, 1, 2, 8, 8], entry: 24, in: section)
            case (.relocations, _): addTable([8, 4, 4], entry: 16, in: section)
            case (_, ".BTF"):
                kinds.append(Self.fields([2, 1, 1, 4, 4, 4, 4, 4], at: start))
                let types = Int(Field(offset: start + 12, size: 4).value(in: bytes, order))
                kinds.append(Self.fields([Int](repeating: 4, count: types / 4), at: start + 24))
            case (_, ".BTF.ext"):
                kinds.append(Self.fields([2, 1, 1, 4, 4, 4, 4, 4, 4, 4], at: start))
                kinds.append(Self.fields([Int](repeating: 4, count: max(section.bytes.count / 4 - 8, 0)), at: start + 32))
                // Record sizes, names of sections and their counts stand at the beginning of each part.
                kinds.append(Self.fields([4, 4, 4], at: start + 32))
            default: break
            }
        }
        kinds.removeAll { $0.isEmpty }
    }

    func random(using generator: inout SplitMix) -> Field? {
        kinds.randomElement(using: &generator)?.randomElement(using: &generator)
    }

    private mutating func addTable(_ sizes: [Int], entry: Int, in section: Section) {
        kinds.append((0..<section.bytes.count / entry).flatMap { Self.fields(sizes, at: Int(section.offset) + entry * $0) })
    }

    /// Fields of these sizes, one behind the other.
    private static func fields(_ sizes: [Int], at start: Int) -> [Field] {
        var offset = start
        return sizes.map { size in
            defer { offset += size }
            return Field(offset: offset, size: size)
        }
    }
}
