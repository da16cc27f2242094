// SPDX-License-Identifier: Apache-2.0

import Bytes

/// What stands by itself in the text, printed piece by piece: a type of very many entries never stands in memory as text.
extension CPrinter {
    /// What was found to be needed, and is printed in the order in which it was found.
    struct Definition {
        enum Form {
            /// `struct task_struct;`
            case declaration
            case integer, alias, composite, enumeration, function
        }

        let form: Form
        let type: TypeID
    }

    /// How far the definition that is under way has come.
    struct Progress {
        /// The next member or constant.
        var entry = 0
        /// Where C has arrived in a struct, in bits.
        var cursor: UInt64 = 0
    }

    /// Prints the next definition, or a piece of it.
    mutating func printPending() throws(BTFError) {
        let definition = pending[nextPending]
        guard try print(definition) else { return }
        progress = Progress()
        nextPending += 1
        if nextPending == pending.count {
            pending.removeAll(keepingCapacity: true)
            nextPending = 0
        }
    }

    /// Answers whether the definition is at its end.
    private mutating func print(_ definition: Definition) throws(BTFError) -> Bool {
        let id = definition.type
        let header = try btf.header(of: id)
        switch definition.form {
        case .declaration:
            put(header.kind == .union || header.kind == .forward && header.flag ? "union " : "struct ")
            putTag(id, header)
        case .integer: putInteger(header)
        case .alias:
            put("typedef ")
            nameIdentifier(id, header.nameOffset)
            try printDeclaration(of: TypeID(header.sizeOrType), name: header.nameOffset, number: numbers[id], indent: 0)
        case .composite: guard try printPiece(ofComposite: id, header) else { return false }
        case .enumeration: guard try printPiece(ofEnumeration: id, header) else { return false }
        case .function:
            put("extern ")
            try printDeclaration(of: TypeID(header.sizeOrType), name: header.nameOffset, indent: 0)
            put(" __weak __ksym;\n")
            return true
        }
        put(";\n\n")
        return true
    }

    private mutating func printPiece(ofComposite id: TypeID, _ header: BTF.Header) throws(BTFError) -> Bool {
        let layout = try layout(of: id, header, depth: 0)
        var (entry, cursor) = (progress.entry, progress.cursor)
        if entry == 0 { beginComposite(id, header) }
        while entry < header.count {
            try printMember(entry, of: header, layout, &cursor, indent: 0, depth: 0)
            entry += 1
            guard entry == header.count || output.count < Self.pieceSize else {
                progress = Progress(entry: entry, cursor: cursor)
                return false
            }
        }
        try endComposite(header, layout, &cursor, indent: 0)
        return true
    }

    private mutating func printPiece(ofEnumeration id: TypeID, _ header: BTF.Header) throws(BTFError) -> Bool {
        var entry = progress.entry
        if entry == 0 { beginEnumeration(id, header) }
        while entry < header.count {
            try printConstant(entry, of: header, indent: 0)
            entry += 1
            guard entry == header.count || output.count < Self.pieceSize else {
                progress.entry = entry
                return false
            }
        }
        endEnumeration(header, indent: 0)
        return true
    }

    private mutating func putInteger(_ header: BTF.Header) {
        let isSigned = btf.word(header, 0) >> 24 & 1 != 0
        put(isSigned ? "typedef signed " : "typedef unsigned ")
        switch header.sizeOrType {
        case 1: put("char ")
        case 2: put("short ")
        case 4: put("int ")
        case 16: put("__int128 ")
        default: put("long long ")
        }
        put(string: header.nameOffset)
    }
}
