// SPDX-License-Identifier: Apache-2.0

public import Bytes

extension BTFExtension {
    /// Records that were put together, by section name.
    public init(
        functions: [String: [FunctionRecord]] = [:], lines: [String: [LineRecord]] = [:], relocations: [String: [CORERecord]] = [:]
    ) {
        self.functions = functions
        self.lines = lines
        self.relocations = relocations
    }

    /// The bytes of a `.BTF.ext` section, the inverse of reading it. Sections stand in the order of their names.
    ///
    /// - Parameters:
    ///   - builder: the BTF beside it, to which the sections' names are added where they are new. Strings that the records refer to are
    ///     there already.
    ///   - order: the order of the bytes in every integer; the machine's where it is left out.
    /// - Throws: ``BTFError`` where the strings or the section become larger than 4 GiB, or a name holds a NUL.
    public func bytes(for builder: inout BTFBuilder, _ order: ByteOrder = .native) throws(BTFError) -> [UInt8] {
        let parts = [
            try Self.part(functions, words: 2, &builder) { [$0.offset, $0.type.rawValue] },
            try Self.part(lines, words: 4, &builder) { [$0.offset, $0.fileName, $0.text, $0.lineAndColumn] },
            try Self.part(relocations, words: 4, &builder) { [$0.offset, $0.type.rawValue, $0.accessString, $0.kind] },
        ]
        guard parts.reduce(Self.headerSize, { $0 + 4 * $1.count }) < Int(UInt32.max) else {
            throw BTFError(.malformed, "the records of .BTF.ext are larger than 4 GiB")
        }
        var bytes: [UInt8] = []
        bytes.append(integer: BTF.magic, order: order)
        // Version 1, no flags.
        bytes += [1, 0]
        bytes.append(integer: UInt32(Self.headerSize), order: order)
        var offset = 0
        for part in parts {
            bytes.append(integer: UInt32(truncatingIfNeeded: offset), order: order)
            bytes.append(integer: UInt32(truncatingIfNeeded: 4 * part.count), order: order)
            offset += 4 * part.count
        }
        for part in parts {
            for word in part { bytes.append(integer: word, order: order) }
        }
        return bytes
    }

    /// The same records for types and strings that have moved: what they name is added to `builder`.
    ///
    /// - Parameters:
    ///   - btf: the BTF that these records belong to.
    ///   - builder: what its types were appended to, or made one with others in.
    ///   - types: the new number of every type by its old one, as joining and de-duplicating answer it.
    /// - Throws: ``BTFError`` where a record refers to a type that is not there, or the strings become larger than 4 GiB.
    public func moved(from btf: BTF, to builder: inout BTFBuilder, types: [TypeID]) throws(BTFError) -> BTFExtension {
        func number(_ type: TypeID) throws(BTFError) -> TypeID {
            guard Int(type.rawValue) < types.count else {
                throw BTFError(.noSuchType, ".BTF.ext refers to type \(type.rawValue); there are \(types.count - 1)")
            }
            return types[Int(type.rawValue)]
        }
        return BTFExtension(
            functions: try Self.mapped(functions) { (record) throws(BTFError) in
                FunctionRecord(offset: record.offset, type: try number(record.type))
            },
            lines: try Self.mapped(lines) { (record) throws(BTFError) in
                LineRecord(
                    offset: record.offset, fileName: try builder.string(at: record.fileName, of: btf),
                    text: try builder.string(at: record.text, of: btf), lineAndColumn: record.lineAndColumn)
            },
            relocations: try Self.mapped(relocations) { (record) throws(BTFError) in
                CORERecord(
                    offset: record.offset, type: try number(record.type),
                    accessString: try builder.string(at: record.accessString, of: btf), kind: record.kind)
            })
    }

    /// `struct btf_ext_header` with its part for CO-RE records.
    private static let headerSize = 32

    private static func mapped<Record>(
        _ sections: [String: [Record]], _ body: (Record) throws(BTFError) -> Record
    ) throws(BTFError) -> [String: [Record]] {
        var result: [String: [Record]] = [:]
        // In the order of the names, so that strings are added in the same order every time.
        for name in sections.keys.sorted() {
            var records: [Record] = []
            for record in sections[name] ?? [] { records.append(try body(record)) }
            result[name] = records
        }
        return result
    }

    /// The words of one part: the size of a record, then for each section its name, a count, and the records.
    private static func part<Record>(
        _ sections: [String: [Record]], words: Int, _ builder: inout BTFBuilder, _ encode: (Record) -> [UInt32]
    ) throws(BTFError) -> [UInt32] {
        // A reader expects the size of a record only where there are records.
        guard !sections.isEmpty else { return [] }
        var part = [UInt32(truncatingIfNeeded: 4 * words)]
        for name in sections.keys.sorted() {
            guard let records = sections[name], !records.isEmpty else { continue }
            part.append(try builder.string(name))
            part.append(UInt32(truncatingIfNeeded: records.count))
            for record in records { part += encode(record) }
        }
        return part
    }
}
