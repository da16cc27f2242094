// SPDX-License-Identifier: Apache-2.0

public import Bytes

/// One segment of a program or shared library (`Elf64_Phdr`): a part of the file that is mapped, or that the loader looks at.
public struct Segment: Sendable {
    /// The number of `p_type`.
    public struct Kind: RawRepresentable, Sendable, Hashable {
        /// The number in the file, one of the `PT_*` of elf(5).
        public let rawValue: UInt32
        /// A kind by its number, also one that has no name here.
        public init(rawValue: UInt32) { self.rawValue = rawValue }

        /// `PT_NULL`: unused.
        public static let null = Kind(rawValue: 0)
        /// `PT_LOAD`: is mapped.
        public static let load = Kind(rawValue: 1)
        /// `PT_DYNAMIC`: the dynamic section.
        public static let dynamic = Kind(rawValue: 2)
        /// `PT_INTERP`: the path of the dynamic linker.
        public static let interpreter = Kind(rawValue: 3)
        /// `PT_NOTE`.
        public static let note = Kind(rawValue: 4)
        /// `PT_PHDR`: the table of segments itself.
        public static let segmentTable = Kind(rawValue: 6)
        /// `PT_TLS`: what each thread gets a copy of.
        public static let threadLocal = Kind(rawValue: 7)
        /// `PT_GNU_EH_FRAME`: where stack unwinding begins to look.
        public static let unwindTable = Kind(rawValue: 0x6474_E550)
        /// `PT_GNU_STACK`: whether the stack may be executed.
        public static let stack = Kind(rawValue: 0x6474_E551)
        /// `PT_GNU_RELRO`: what may not be written to after relocation.
        public static let readOnlyAfterRelocation = Kind(rawValue: 0x6474_E552)
    }

    /// `p_flags`.
    public struct Flags: OptionSet, Sendable, Hashable {
        /// The bits as they stand in the file, the `PF_*` of elf(5).
        public let rawValue: UInt32
        /// Flags by their bits, also those that have no name here.
        public init(rawValue: UInt32) { self.rawValue = rawValue }

        /// `PF_X`.
        public static let executable = Flags(rawValue: 1)
        /// `PF_W`.
        public static let writable = Flags(rawValue: 2)
        /// `PF_R`.
        public static let readable = Flags(rawValue: 4)
    }

    /// The place in the file's table.
    public let index: Int
    /// What it is for.
    public let kind: Kind
    /// How it may be accessed when it is mapped.
    public let flags: Flags
    /// Where it begins in the file, in bytes.
    public let offset: UInt64
    /// The address at which it is mapped, relative to where the file is loaded for ``ELFFile/Kind/sharedObject``.
    public let address: UInt64
    /// `p_paddr`, which matters for kernels and firmware only.
    public let physicalAddress: UInt64
    /// How many bytes it has in the file.
    public let fileSize: UInt64
    /// How many bytes it has in memory; those that are not in the file are zeros.
    public let memorySize: UInt64
    /// The alignment in the file and in memory; 0 and 1 ask for nothing.
    public let alignment: UInt64
    /// The bytes as a view; `nil` where the file ends before them, as in files that hold only what a debugger needs.
    public let bytes: ByteView?

    static let headerSize = 56
}

extension Segment {
    static func readTable(of file: ByteView, header: FileHeader) throws(ELFError) -> [Segment] {
        let count = header.segmentCount
        guard header.segmentTableOffset != 0, count != 0 else { return [] }
        guard header.segmentHeaderSize == headerSize else {
            throw ELFError(.malformed, "a segment header has \(header.segmentHeaderSize) bytes instead of \(headerSize)")
        }
        guard let table = file.suffix(from: header.segmentTableOffset), count <= table.count / headerSize else {
            throw ELFError(
                .truncated, "\(count) segment headers at \(header.segmentTableOffset) do not fit in the file's \(file.count) bytes")
        }
        return (0..<count).compactMap { index in
            table.slice(at: index * headerSize, count: headerSize)
                .flatMap { Segment($0, index: index, file: file, order: header.byteOrder) }
        }
    }

    private init?(_ header: ByteView, index: Int, file: ByteView, order: ByteOrder) {
        guard let kind = header.integer(UInt32.self, at: 0, order: order),
            let flags = header.integer(UInt32.self, at: 4, order: order),
            let offset = header.integer(UInt64.self, at: 8, order: order),
            let address = header.integer(UInt64.self, at: 16, order: order),
            let physicalAddress = header.integer(UInt64.self, at: 24, order: order),
            let fileSize = header.integer(UInt64.self, at: 32, order: order),
            let memorySize = header.integer(UInt64.self, at: 40, order: order),
            let alignment = header.integer(UInt64.self, at: 48, order: order)
        else { return nil }
        self.init(
            index: index, kind: Kind(rawValue: kind), flags: Flags(rawValue: flags), offset: offset, address: address,
            physicalAddress: physicalAddress, fileSize: fileSize, memorySize: memorySize, alignment: alignment,
            bytes: file.slice(at: offset, count: fileSize))
    }
}

extension ELFFile {
    /// The place in the file of what is mapped at an address, as uprobes want it; `nil` where nothing of the file is mapped there.
    ///
    /// Addresses are those of symbols and of the section table: relative to where the file is loaded for ``Kind/sharedObject``. A
    /// relocatable object has no addresses; ``fileOffset(of:)`` serves both.
    public func fileOffset(ofAddress address: UInt64) -> UInt64? {
        for segment in segments where segment.kind == .load && address >= segment.address {
            let distance = address - segment.address
            guard distance < segment.fileSize else { continue }
            let (offset, overflow) = segment.offset.addingReportingOverflow(distance)
            if !overflow { return offset }
        }
        return nil
    }

    /// The address at which a place in the file is mapped, the inverse of ``fileOffset(ofAddress:)``; `nil` where it is not mapped.
    ///
    /// Where two segments map the same place, the first in the table answers, but one that may be executed answers before others.
    public func address(ofFileOffset offset: UInt64) -> UInt64? {
        let holders = segments.lazy.filter { segment in
            segment.kind == .load && offset >= segment.offset && offset - segment.offset < segment.fileSize
        }
        guard let segment = holders.first(where: { $0.flags.contains(.executable) }) ?? holders.first else { return nil }
        let (address, overflow) = segment.address.addingReportingOverflow(offset - segment.offset)
        return overflow ? nil : address
    }

    /// The place in the file of what a symbol stands for; `nil` where it is not in the file (another file's, or memory that begins as zeros).
    ///
    /// In a relocatable object, a symbol's value counts from the beginning of its section; elsewhere it is an address.
    public func fileOffset(of symbol: Symbol) -> UInt64? {
        guard case .section(let index) = symbol.place else { return nil }
        guard kind == .relocatable else { return fileOffset(ofAddress: symbol.value) }
        guard let section = section(at: index), symbol.value < UInt64(section.bytes.count) else { return nil }
        return section.offset + symbol.value
    }

    /// The bytes of the file from what is mapped at an address to the end of its segment.
    func bytes(fromAddress address: UInt64) -> ByteView? {
        for segment in segments where segment.kind == .load && address >= segment.address {
            guard address - segment.address < segment.fileSize else { continue }
            if let view = segment.bytes?.suffix(from: address - segment.address) { return view }
        }
        return nil
    }
}
