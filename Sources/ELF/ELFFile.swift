// SPDX-License-Identifier: Apache-2.0

public import Bytes

/// A 64-bit ELF file of either byte order, read without copying.
///
/// Reading checks the header and the section table; sections, symbols and relocations are decoded when asked for. The layout
/// is that of `Elf64_Ehdr` and its relatives in elf(5).
public struct ELFFile: Sendable {
    /// The number of `e_machine`: what the code is for.
    public struct Machine: RawRepresentable, Sendable, Hashable {
        /// The number in the file, one of the `EM_*` of `include/uapi/linux/elf-em.h`.
        public let rawValue: UInt16
        /// A machine by its number, also one that has no name here.
        public init(rawValue: UInt16) { self.rawValue = rawValue }

        /// `EM_BPF`.
        public static let bpf = Machine(rawValue: 247)
        /// `EM_X86_64`.
        public static let x86_64 = Machine(rawValue: 62)
        /// `EM_AARCH64`.
        public static let arm64 = Machine(rawValue: 183)
    }

    /// The whole file.
    public let bytes: ByteView
    /// The order of the bytes in every integer of the file.
    public let byteOrder: ByteOrder
    /// What the code is for.
    public let machine: Machine
    /// Every section, in the order of the table; the first is the empty section that ELF reserves.
    public let sections: [Section]

    /// Reads the header and the table of sections.
    ///
    /// - Throws: ``ELFError`` where the bytes are not a 64-bit ELF file, or where the table lies outside of them.
    public init(_ bytes: ByteView) throws(ELFError) {
        let header = try FileHeader(bytes)
        self.bytes = bytes
        byteOrder = header.byteOrder
        machine = Machine(rawValue: header.machine)
        sections = try Section.readTable(of: bytes, header: header)
    }

    /// The first section with this name, if there is one.
    public func section(named name: String) -> Section? {
        sections.first { $0.name == name }
    }

    /// The section at an index of the table, if there is one.
    public func section(at index: Int) -> Section? {
        sections.indices.contains(index) ? sections[index] : nil
    }
}
