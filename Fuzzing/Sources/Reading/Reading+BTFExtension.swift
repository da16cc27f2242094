// SPDX-License-Identifier: Apache-2.0

public import BTF
public import Bytes

extension Reading {
    /// Reads `.BTF.ext` beside its types, and writes it again.
    ///
    /// The bytes begin with the number of those that are BTF, four of them in little-endian order; what follows these is `.BTF.ext`. Where
    /// the types are refused, the rest is read beside types of our own, so that no damage of the types hides it.
    ///
    /// - Throws: `BTFError` where the records are refused.
    public static func btfExtension(_ bytes: ByteView) throws(BTFError) {
        guard let size = bytes.integer(UInt32.self, at: 0, order: .littleEndian), let rest = bytes.suffix(from: 4) else { return }
        let count = min(Int(size), rest.count)
        guard let types = rest.slice(at: 0, count: count), let records = rest.suffix(from: count) else { return }
        if let types = ask({ () throws(BTFError) in try BTF(types) }) {
            try btfExtension(records, beside: types)
        } else {
            try btfExtension(records, beside: sampleTypes())
        }
    }

    /// Reads `.BTF.ext`.
    ///
    /// - Parameter writes: whether it is also written again, here and beside other types.
    /// - Throws: `BTFError` where the records are refused.
    public static func btfExtension(_ bytes: ByteView, beside types: BTF, writes: Bool = true) throws(BTFError) {
        let records = try BTFExtension(bytes, btf: types)
        for line in records.lines.values.joined().prefix(sample) {
            _ = types.string(at: line.fileName) + types.string(at: line.text) + "\(line.line):\(line.column)"
        }
        for relocation in records.relocations.values.joined().prefix(sample) { _ = types.string(at: relocation.accessString) }
        if writes { write(records, beside: types) }
    }

    private static func write(_ records: BTFExtension, beside types: BTF) {
        var builder = BTFBuilder(copying: types)
        guard let written = ask({ () throws(BTFError) in try records.bytes(for: &builder, types.byteOrder) }),
            let grown = ask({ () throws(BTFError) in try builder.btf() }),
            let again = ask({ () throws(BTFError) in try BTFExtension(ByteView(written), btf: grown) })
        else { fatalError("records that were read cannot be written and read again") }
        check(isEqual(again.functions, records.functions), "records of functions differ when they are read again")
        check(isEqual(again.lines, records.lines), "records of lines differ when they are read again")
        check(isEqual(again.relocations, records.relocations), "relocations differ when they are read again")
        var other = BTFBuilder()
        ask { () throws(BTFError) in
            let map = try other.append(contentsOf: types)
            _ = try records.moved(from: types, to: &other, types: map)
        }
    }

    /// Sections without records are not written.
    private static func isEqual<Record: Hashable>(_ left: [String: [Record]], _ right: [String: [Record]]) -> Bool {
        left.filter { !$0.value.isEmpty } == right.filter { !$0.value.isEmpty }
    }

    /// A few types, with the strings that records refer to.
    private static func sampleTypes() throws(BTFError) -> BTF {
        var builder = BTFBuilder()
        let int = try builder.addInteger("int", byteCount: 4, isSigned: true)
        try builder.addStructure("task", byteCount: 8, members: [.init(name: "pid", type: int, bitOffset: 32)])
        let prototype = try builder.addPrototype(result: int, parameters: [.init(name: "task", type: TypeID(2))])
        try builder.addFunction("main", prototype: prototype, linkage: .global)
        for text in ["tracepoint/a/b", "0:1", "main.c", "return 0;"] { _ = try builder.string(text) }
        return try builder.btf(.littleEndian)
    }
}
