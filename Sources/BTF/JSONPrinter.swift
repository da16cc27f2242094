// SPDX-License-Identifier: Apache-2.0

import Bytes

/// Prints types as JSON, one object a line, with the keys and values of `bpftool -j btf dump` (there one array).
///
///     {"id":1,"kind":"INT","name":"int","size":4,"bits_offset":0,"nr_bits":32,"encoding":"SIGNED"}
///     {"id":2,"kind":"STRUCT","name":"point","size":8,"vlen":2,"members":[{"name":"x","type_id":1,"bits_offset":0},...]}
///
/// What has no name is `(anon)`. Added to what bpftool prints is `"attribute":1` for tags that are other attributes. It prints in
/// pieces, so that the text of a whole kernel never stands in memory:
///
///     var printer = JSONPrinter(types)
///     var text: [UInt8] = []
///     while try printer.append(to: &text) { write(text); text.removeAll(keepingCapacity: true) }
public struct JSONPrinter {
    private let btf: BTF
    /// The types to print, where those of some names were asked for, else all that are not the base's.
    private let types: [TypeID]?
    /// The next type, and its next member, constant, parameter or variable.
    private var next = 0
    private var entry = 0
    private var json = JSONText()
    private var budget: PrintingBudget
    private static let pieceSize = 64 * 1024

    /// Begins to print all types that are not the base's.
    public init(_ btf: BTF) {
        self.btf = btf
        types = nil
        budget = PrintingBudget(for: btf)
    }

    /// Begins to print the types of these names and all that they refer to, directly or not, with the numbers that they have among all, in the
    /// order of these.
    ///
    /// - Throws: ``BTFError`` with ``BTFError/Code/noSuchType`` for a name that no type has.
    public init(_ btf: BTF, only names: [String]) throws(BTFError) {
        self.btf = btf
        let kinds = Set(BTFKind.allCases)
        var roots: [TypeID] = []
        for name in names {
            let found = btf.types(named: name, kinds: kinds)
            guard !found.isEmpty else { throw .noType(named: name, in: btf, kinds: kinds) }
            roots += found
        }
        types = try btf.types(reachableFrom: roots)
        budget = PrintingBudget(for: btf)
    }

    /// Appends about 64 KiB of whole lines, or a piece of a line that is longer.
    ///
    /// - Returns: whether something was appended; `false` says that all is printed.
    /// - Throws: ``BTFError`` where a type cannot be read, or the names are repeated so that the text would have no end; the next call goes
    ///   on behind it.
    public mutating func append(to text: inout [UInt8]) throws(BTFError) -> Bool {
        let count = types?.count ?? btf.count - btf.firstIndex
        guard next < count else { return false }
        defer {
            budget.take(bytes: json.bytes.count)
            json.take(to: &text)
        }
        while next < count, json.bytes.count < Self.pieceSize {
            let type = types?[next] ?? TypeID(UInt32(truncatingIfNeeded: btf.firstIndex + next))
            guard putPiece(type, try btf.header(of: type)) else { break }
            next += 1
            entry = 0
            try budget.spend(holding: json.bytes.count)
        }
        return true
    }

    /// Answers whether the type is at its end.
    private mutating func putPiece(_ type: TypeID, _ header: BTF.Header) -> Bool {
        if entry == 0 { begin(type, header) }
        if header.kind.entry != nil {
            while entry < header.count {
                put(entry: entry, header)
                entry += 1
                // Lines of common length are not torn.
                guard entry == header.count || json.bytes.count < 2 * Self.pieceSize else { return false }
            }
            json.end("]")
        }
        json.end("}")
        json.endLine()
        return true
    }

    private mutating func put(entry index: Int, _ header: BTF.Header) {
        json.begin("{")
        switch header.kind {
        case .structure, .union: put(member: index, header)
        case .enumeration, .enumeration64: put(constant: index, header)
        case .prototype:
            put(name: "name", btf.word(header, 2 * index))
            put("type_id", btf.word(header, 2 * index + 1))
        case .dataSection:
            put("type_id", btf.word(header, 3 * index))
            put("offset", btf.word(header, 3 * index + 1))
            put("size", btf.word(header, 3 * index + 2))
        default: break
        }
        json.end("}")
    }

    private mutating func begin(list key: StaticString, _ header: BTF.Header) {
        put("vlen", header.count)
        json.key(key)
        json.begin("[")
    }

    /// Puts all but the entries and what closes it.
    private mutating func begin(_ type: TypeID, _ header: BTF.Header) {
        json.begin("{")
        put("id", type.rawValue)
        json.key("kind")
        json.value(Self.kindName(header.kind))
        put(name: "name", header.nameOffset)
        switch header.kind {
        case .void: break
        case .integer: put(integer: header)
        case .pointer, .alias, .volatile, .constant, .restrict: put("type_id", header.sizeOrType)
        case .typeTag:
            put("type_id", header.sizeOrType)
            put(attribute: header)
        case .array:
            put("type_id", btf.word(header, 0))
            put("index_type_id", btf.word(header, 1))
            put("nr_elems", btf.word(header, 2))
        case .structure, .union:
            put("size", header.sizeOrType)
            begin(list: "members", header)
        case .enumeration, .enumeration64:
            json.key("encoding")
            json.value(header.flag ? "SIGNED" : "UNSIGNED")
            put("size", header.sizeOrType)
            begin(list: "values", header)
        case .forward:
            json.key("fwd_kind")
            json.value(header.flag ? "union" : "struct")
        case .function:
            put("type_id", header.sizeOrType)
            put(linkage: UInt32(header.count))
        case .prototype:
            put("ret_type_id", header.sizeOrType)
            begin(list: "params", header)
        case .variable:
            put("type_id", header.sizeOrType)
            put(linkage: btf.word(header, 0))
        case .dataSection:
            put("size", header.sizeOrType)
            begin(list: "vars", header)
        case .floatingPoint: put("size", header.sizeOrType)
        case .declarationTag:
            put("type_id", header.sizeOrType)
            put("component_idx", Int32(bitPattern: btf.word(header, 0)))
            put(attribute: header)
        }
    }

    private mutating func put(_ key: StaticString, _ number: some FixedWidthInteger) {
        json.key(key)
        json.value(number)
    }

    private mutating func put(name key: StaticString, _ offset: UInt32) {
        json.key(key)
        let (strings, place) = btf.place(ofString: offset)
        guard !budget.isSpent, let length = strings.stringLength(at: place), length > 0, let text = strings.slice(at: place, count: length)
        else { return json.value("(anon)") }
        budget.charge(bytes: length)
        text.withBytes { json.value($0) }
    }

    private mutating func put(integer header: BTF.Header) {
        let data = btf.word(header, 0)
        put("size", header.sizeOrType)
        put("bits_offset", data >> 16 & 0xFF)
        put("nr_bits", data & 0xFF)
        json.key("encoding")
        switch data >> 24 & 15 {
        case 0: json.value("(none)")
        case 1: json.value("SIGNED")
        case 2: json.value("CHAR")
        case 4: json.value("BOOL")
        default: json.value("UNKN")
        }
    }

    private mutating func put(member index: Int, _ header: BTF.Header) {
        put(name: "name", btf.word(header, 3 * index))
        put("type_id", btf.word(header, 3 * index + 1))
        let offset = btf.word(header, 3 * index + 2)
        put("bits_offset", header.flag ? offset & 0xFF_FFFF : offset)
        if header.flag, offset >> 24 > 0 { put("bitfield_size", offset >> 24) }
    }

    private mutating func put(constant index: Int, _ header: BTF.Header) {
        put(name: "name", btf.enumeratorName(header, index))
        json.key("val")
        let bits = btf.enumerator(header, index)
        if header.flag { json.value(Int64(bitPattern: bits)) } else { json.value(bits) }
    }

    private mutating func put(linkage: UInt32) {
        json.key("linkage")
        switch linkage {
        case 0: json.value("static")
        case 1: json.value("global")
        case 2: json.value("extern")
        default: json.value("(unknown)")
        }
    }

    private mutating func put(attribute header: BTF.Header) {
        guard header.flag else { return }
        put("attribute", 1)
    }

    /// What bpftool calls a kind.
    private static func kindName(_ kind: BTFKind) -> StaticString {
        switch kind {
        case .void: "UNKNOWN"
        case .integer: "INT"
        case .pointer: "PTR"
        case .array: "ARRAY"
        case .structure: "STRUCT"
        case .union: "UNION"
        case .enumeration: "ENUM"
        case .forward: "FWD"
        case .alias: "TYPEDEF"
        case .volatile: "VOLATILE"
        case .constant: "CONST"
        case .restrict: "RESTRICT"
        case .function: "FUNC"
        case .prototype: "FUNC_PROTO"
        case .variable: "VAR"
        case .dataSection: "DATASEC"
        case .floatingPoint: "FLOAT"
        case .declarationTag: "DECL_TAG"
        case .typeTag: "TYPE_TAG"
        case .enumeration64: "ENUM64"
        }
    }
}
