// SPDX-License-Identifier: Apache-2.0

public import Bytes

/// What `.BTF.ext` says about the instructions of an object, section by section.
public struct BTFExtension: Sendable {
    /// Which function begins at an instruction (`struct bpf_func_info`).
    public struct FunctionRecord: Sendable, Hashable {
        /// In bytes from the start of the section.
        public let offset: UInt32
        /// The function in the object's BTF, a type of kind ``BTFKind/function``.
        public let type: TypeID

        /// Function `type` begins `offset` bytes into the section.
        public init(offset: UInt32, type: TypeID) {
            self.offset = offset
            self.type = type
        }
    }

    /// Which source line an instruction comes from (`struct bpf_line_info`).
    public struct LineRecord: Sendable, Hashable {
        /// In bytes from the start of the section.
        public let offset: UInt32
        /// The file's name, as an offset in the BTF's strings.
        public let fileName: UInt32
        /// The line's text, as an offset in the BTF's strings.
        public let text: UInt32
        /// The line in the upper 22 bits, the column in the lower 10.
        public let lineAndColumn: UInt32

        /// The instruction `offset` bytes into the section comes from that line.
        public init(offset: UInt32, fileName: UInt32, text: UInt32, lineAndColumn: UInt32) {
            self.offset = offset
            self.fileName = fileName
            self.text = text
            self.lineAndColumn = lineAndColumn
        }

        /// The number of the line in its file; the first is 1.
        public var line: UInt32 { lineAndColumn >> 10 }
        /// The column in the line; the first is 1, and 0 says that the compiler gave none.
        public var column: UInt32 { lineAndColumn & 0x3FF }
    }

    /// A CO-RE relocation (`struct bpf_core_relo`).
    public struct CORERecord: Sendable, Hashable {
        /// In bytes from the start of the section.
        public let offset: UInt32
        /// The type in the object's BTF from which the path starts.
        public let type: TypeID
        /// The path to the field, as an offset in the BTF's strings: `0:1:2`.
        public let accessString: UInt32
        /// `enum bpf_core_relo_kind`.
        public let kind: UInt32

        /// The instruction `offset` bytes into the section is relocated.
        public init(offset: UInt32, type: TypeID, accessString: UInt32, kind: UInt32) {
            self.offset = offset
            self.type = type
            self.accessString = accessString
            self.kind = kind
        }
    }

    /// Where functions begin, by section name, in the order of the file.
    public let functions: [String: [FunctionRecord]]
    /// Source lines by section name, in the order of the file.
    public let lines: [String: [LineRecord]]
    /// CO-RE relocations by section name, in the order of the file; none in objects of compilers that do not know them.
    public let relocations: [String: [CORERecord]]

    /// Reads the section's bytes; names are looked up in `btf`, the BTF of the same object.
    ///
    /// - Throws: ``BTFError`` where the bytes are not `.BTF.ext`, or end early.
    public init(_ bytes: ByteView, btf: BTF) throws(BTFError) {
        let order = btf.byteOrder
        guard bytes.integer(UInt16.self, at: 0, order: order) == BTF.magic, bytes[2] == 1,
            let headerSize = bytes.integer(UInt32.self, at: 4, order: order)
        else { throw BTFError(.notBTF, "section .BTF.ext does not begin with the number 0xEB9F and version 1") }
        // Function and line records have their fields in the first 24 bytes; those of CO-RE came later.
        guard headerSize >= 24, Int(headerSize) <= bytes.count else {
            throw BTFError(.truncated, ".BTF.ext has \(bytes.count) bytes and says that its header has \(headerSize)")
        }
        func read<Record>(
            _ place: Int, size: Int, _ decode: (ByteView) -> Record?
        ) throws(BTFError) -> [String: [Record]] {
            // A header that ends before a part's fields has no such part: CO-RE records came later than the others.
            guard place + 8 <= Int(headerSize), let offset = bytes.integer(UInt32.self, at: place, order: order),
                let length = bytes.integer(UInt32.self, at: place + 4, order: order), length > 0
            else { return [:] }
            guard let part = bytes.slice(at: Int(headerSize) + Int(offset), count: Int(length)) else {
                throw BTFError(.truncated, ".BTF.ext has \(bytes.count) bytes; a part of \(length) lies outside")
            }
            return try Self.sections(part, btf: btf, minimumSize: size, decode)
        }
        functions = try read(8, size: 8) {
            guard let offset = $0.integer(UInt32.self, at: 0, order: order), let type = $0.integer(UInt32.self, at: 4, order: order)
            else { return nil }
            return FunctionRecord(offset: offset, type: TypeID(type))
        }
        lines = try read(16, size: 16) {
            guard let offset = $0.integer(UInt32.self, at: 0, order: order),
                let file = $0.integer(UInt32.self, at: 4, order: order),
                let text = $0.integer(UInt32.self, at: 8, order: order),
                let line = $0.integer(UInt32.self, at: 12, order: order)
            else { return nil }
            return LineRecord(offset: offset, fileName: file, text: text, lineAndColumn: line)
        }
        relocations = try read(24, size: 16) {
            guard let offset = $0.integer(UInt32.self, at: 0, order: order),
                let type = $0.integer(UInt32.self, at: 4, order: order),
                let access = $0.integer(UInt32.self, at: 8, order: order),
                let kind = $0.integer(UInt32.self, at: 12, order: order)
            else { return nil }
            return CORERecord(offset: offset, type: TypeID(type), accessString: access, kind: kind)
        }
    }

    /// Reads one part: the size of a record, then for each section its name, a count, and the records.
    private static func sections<Record>(
        _ part: ByteView, btf: BTF, minimumSize: Int, _ decode: (ByteView) -> Record?
    ) throws(BTFError) -> [String: [Record]] {
        let order = btf.byteOrder
        let truncated = BTFError(.truncated, "a part of .BTF.ext ends inside of its records")
        guard let recordSize = part.integer(UInt32.self, at: 0, order: order), recordSize >= minimumSize else {
            throw BTFError(.malformed, "the records of .BTF.ext are smaller than \(minimumSize) bytes")
        }
        var sections: [String: [Record]] = [:]
        var offset = 4
        while offset < part.count {
            guard let name = part.integer(UInt32.self, at: offset, order: order),
                let count = part.integer(UInt32.self, at: offset + 4, order: order),
                let body = part.slice(at: offset + 8, count: UInt64(count) * UInt64(recordSize))
            else { throw truncated }
            var records: [Record] = []
            records.reserveCapacity(Int(count))
            for index in 0..<Int(count) {
                guard let bytes = body.slice(at: index * Int(recordSize), count: minimumSize), let record = decode(bytes)
                else { throw truncated }
                records.append(record)
            }
            sections[try btf.boundedName(at: name), default: []] += records
            offset += 8 + body.count
        }
        return sections
    }
}
