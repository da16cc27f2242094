// SPDX-License-Identifier: Apache-2.0

package import Bytes

/// An ELF file that a test puts together byte by byte, right or wrong.
///
/// The layout is written out here from elf(5) and shares nothing with the reader under test.
package struct ELFImage {
    package var order: ByteOrder
    /// `e_machine`; 247 is eBPF.
    package var machine: UInt16
    /// The sections without the empty first one and without that of the names, which are added.
    package var sections: [SectionImage] = []
    /// Whether the numbers that do not fit in sixteen bits stand in the first section header, as if there were that many.
    package var usesExtendedNumbering = false
    /// Whether the table of sections stands in front of the sections' bytes instead of behind them.
    package var tableComesFirst = false

    package init(order: ByteOrder = .native, machine: UInt16 = 247) {
        self.order = order
        self.machine = machine
    }

    /// Adds a section.
    ///
    /// - Returns: its index in the file's table.
    @discardableResult
    package mutating func add(_ section: SectionImage) -> Int {
        sections.append(section)
        return sections.count
    }

    /// The file's bytes.
    package func bytes() -> [UInt8] {
        var names: [UInt8] = [0]
        var all = [SectionImage(name: "", kind: 0)] + sections
        all.append(SectionImage(name: ".shstrtab", kind: 3))
        let nameOffsets = all.map { section in
            defer { names += Array(section.name.utf8) + [0] }
            return UInt32(names.count)
        }
        all[all.count - 1].bytes = names
        if usesExtendedNumbering {
            all[0].claimedSize = UInt64(all.count)
            all[0].link = UInt32(all.count - 1)
        }

        let tableSize = all.count * Self.sectionHeaderSize
        var contents: [UInt8] = []
        let contentsStart = Self.headerSize + (tableComesFirst ? tableSize : 0)
        var offsets: [UInt64] = []
        for section in all {
            contents += [UInt8](repeating: 0, count: (8 - contents.count % 8) % 8)
            offsets.append(section.claimedOffset ?? UInt64(contentsStart + contents.count))
            contents += section.bytes
        }
        contents += [UInt8](repeating: 0, count: (8 - contents.count % 8) % 8)
        var table: [UInt8] = []
        for (index, section) in all.enumerated() {
            table += section.header(nameOffset: nameOffsets[index], offset: offsets[index], order: order)
        }
        let tableOffset = tableComesFirst ? Self.headerSize : contentsStart + contents.count
        return header(tableOffset: UInt64(tableOffset), count: all.count) + (tableComesFirst ? table + contents : contents + table)
    }

    package static let headerSize = 64
    package static let sectionHeaderSize = 64

    private func header(tableOffset: UInt64, count: Int) -> [UInt8] {
        var bytes: [UInt8] = [0x7F, 0x45, 0x4C, 0x46, 2, order == .littleEndian ? 1 : 2, 1] + [UInt8](repeating: 0, count: 9)
        bytes.append(integer: UInt16(1), order: order)  // e_type: ET_REL
        bytes.append(integer: machine, order: order)
        bytes.append(integer: UInt32(1), order: order)  // e_version
        bytes.append(integer: UInt64(0), order: order)  // e_entry
        bytes.append(integer: UInt64(0), order: order)  // e_phoff
        bytes.append(integer: tableOffset, order: order)
        bytes.append(integer: UInt32(0), order: order)  // e_flags
        bytes.append(integer: UInt16(Self.headerSize), order: order)
        bytes.append(integer: UInt32(0), order: order)  // e_phentsize, e_phnum
        bytes.append(integer: UInt16(Self.sectionHeaderSize), order: order)
        bytes.append(integer: UInt16(usesExtendedNumbering ? 0 : count), order: order)
        bytes.append(integer: UInt16(usesExtendedNumbering ? 0xFFFF : count - 1), order: order)
        return bytes
    }
}

/// One section of an ``ELFImage``.
package struct SectionImage {
    package var name: String
    /// `sh_type`: 1 bytes, 2 symbols, 3 strings, 4 RELA, 8 no bits, 9 REL, 18 wide section numbers.
    package var kind: UInt32
    /// `sh_flags`: 1 writable, 2 allocated, 4 executable.
    package var flags: UInt64
    package var bytes: [UInt8]
    package var link: UInt32
    package var info: UInt32
    package var entrySize: UInt64
    /// What the header says instead of the truth.
    package var claimedSize: UInt64?
    package var claimedOffset: UInt64?

    package init(
        name: String, kind: UInt32, flags: UInt64 = 0, bytes: [UInt8] = [], link: UInt32 = 0, info: UInt32 = 0,
        entrySize: UInt64 = 0, claimedSize: UInt64? = nil, claimedOffset: UInt64? = nil
    ) {
        self.name = name
        self.kind = kind
        self.flags = flags
        self.bytes = bytes
        self.link = link
        self.info = info
        self.entrySize = entrySize
        self.claimedSize = claimedSize
        self.claimedOffset = claimedOffset
    }

    fileprivate func header(nameOffset: UInt32, offset: UInt64, order: ByteOrder) -> [UInt8] {
        var header: [UInt8] = []
        header.append(integer: nameOffset, order: order)
        header.append(integer: kind, order: order)
        header.append(integer: flags, order: order)
        header.append(integer: UInt64(0), order: order)  // sh_addr
        header.append(integer: kind == 0 ? 0 : offset, order: order)
        header.append(integer: claimedSize ?? UInt64(bytes.count), order: order)
        header.append(integer: link, order: order)
        header.append(integer: info, order: order)
        header.append(integer: UInt64(8), order: order)  // sh_addralign
        header.append(integer: entrySize, order: order)
        return header
    }
}
