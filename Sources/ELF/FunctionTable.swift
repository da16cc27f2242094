// SPDX-License-Identifier: Apache-2.0

import Bytes

/// The functions of a program or library by name: those of its symbol table, which `strip` removes, and those for the dynamic linker.
///
/// This is what probes are attached by. A table shares the file's bytes and costs nothing to make.
public struct FunctionTable: Sendable {
    private let tables: [SymbolTable]

    /// What a name stands for.
    public enum Answer: Sendable, Hashable {
        /// The function of that name.
        case function(Symbol)
        /// Several functions at different addresses, none of which comes before the others, as static functions of several source files.
        case ambiguous([Symbol])
        /// Something that is no function, such as a variable.
        case other(Symbol)
        /// A function or variable that another file defines.
        case imported(Symbol)
        /// Nothing: the file has no such name.
        case missing
    }

    /// The functions of a file.
    ///
    /// - Throws: ``ELFError`` where one of the tables is broken.
    public init(_ file: ELFFile) throws(ELFError) {
        tables = [try file.symbolTable(), try file.dynamicSymbolTable()].compactMap(\.self)
    }

    /// What a name stands for. Takes time in proportion to the number of symbols.
    ///
    /// A name may end in a version as tools print it: `memcpy@GLIBC_2.2.5`, `memcpy@@GLIBC_2.14`; without one, the default version is meant. Of
    /// those, a function comes before one that is chosen when the program starts (``Symbol/Kind/indirectFunction``), that before a label of
    /// hand-written assembly, and of those a global one before a weak one before a local one.
    public func function(named name: String) -> Answer {
        let wanted = VersionedName(name)
        var found: [Symbol] = []
        // What the dynamic linker knows first: a global function there comes before all, and the other, longer table need not be read.
        for table in tables.reversed() {
            for spelling in wanted.spellings(isDynamic: table.isDynamic) {
                found += table.indices(named: spelling).compactMap { table.symbol(at: $0) }.filter { wanted.admits($0, isDynamic: table.isDynamic) }
            }
            if case .function(let symbol) = Self.judge(found), let rank = Self.rank(symbol), rank == Self.highestRank { break }
        }
        return Self.judge(found)
    }

    /// What each of many names stands for, in their order. Reads each table once.
    ///
    /// - Throws: ``ELFError`` where the names of a table overlap such that reading them would take far more time than the file's size.
    public func functions(named names: [String]) throws(ELFError) -> [Answer] {
        var indices: [SymbolNameIndex] = []
        for table in tables { indices.append(try SymbolNameIndex(table)) }
        return names.map { name in
            let wanted = VersionedName(name)
            var found: [Symbol] = []
            for (table, index) in zip(tables, indices) {
                for spelling in wanted.spellings(isDynamic: table.isDynamic) {
                    found += index.symbols(named: spelling).filter { wanted.admits($0, isDynamic: table.isDynamic) }
                }
            }
            return Self.judge(found)
        }
    }

    /// The functions that the file defines and whose names, without versions, match, in the order of the tables; one that is in both stands there
    /// twice.
    ///
    /// - Throws: ``ELFError`` where the names of a table overlap such that reading them would take far more time than the file's size.
    public func functions(matching matches: (RawSpan) -> Bool) throws(ELFError) -> [Symbol] {
        var found: [Symbol] = []
        for table in tables {
            var names = table.nameReader
            for index in 0..<table.count {
                guard let entry = table.entry(at: index), entry.kind == .function || entry.kind == .indirectFunction,
                    case .section = entry.place, let length = try names.length(at: entry.nameOffset), length > 0,
                    let name = table.strings.slice(at: entry.nameOffset, count: length)
                else { continue }
                if name.withBytes({ matches($0) }), let symbol = table.symbol(at: index) { found.append(symbol) }
            }
        }
        return found
    }
}

extension FunctionTable {
    private static func judge(_ symbols: [Symbol]) -> Answer {
        var best: [Symbol] = []
        var bestRank = (-1, -1, -1)
        for symbol in symbols {
            guard let rank = rank(symbol) else { continue }
            if rank > bestRank { (best, bestRank) = ([], rank) }
            if rank == bestRank, !best.contains(where: { $0.value == symbol.value }) { best.append(symbol) }
        }
        if let first = best.first { return best.count == 1 ? .function(first) : .ambiguous(best) }
        if let other = symbols.first(where: { !$0.isUndefined }) { return .other(other) }
        return symbols.first.map { .imported($0) } ?? .missing
    }

    /// A global function of the default version.
    private static let highestRank = (1, 2, 2)

    private static func rank(_ symbol: Symbol) -> (Int, Int, Int)? {
        guard case .section = symbol.place else { return nil }
        let kind: Int
        switch symbol.kind {
        case .function: kind = 2
        case .indirectFunction: kind = 1
        case .none: kind = 0
        default: return nil
        }
        let binding =
            switch symbol.binding {
            case .global, .unique: 2
            case .weak: 1
            default: 0
            }
        return (symbol.version.map { $0.isDefault ? 1 : 0 } ?? 1, kind, binding)
    }
}

/// A name that may end in a version.
private struct VersionedName {
    private let full: String
    private let base: String
    private let version: String?

    init(_ name: String) {
        full = name
        let parts = name.split(separator: "@", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, !parts[0].isEmpty else {
            (base, version) = (name, nil)
            return
        }
        base = String(parts[0])
        version = String(parts[1].drop { $0 == "@" })
    }

    /// How a table may spell it: that of the dynamic linker keeps versions apart, while the other has them in its names.
    func spellings(isDynamic: Bool) -> [String] {
        guard let version, !isDynamic else { return [base] }
        return ["\(base)@@\(version)", "\(base)@\(version)"]
    }

    func admits(_ symbol: Symbol, isDynamic: Bool) -> Bool {
        guard let version, isDynamic else { return true }
        return symbol.version?.name == version
    }
}

extension ELFFile {
    /// Whether a place in the file is mapped as code, which alone a probe can be attached to.
    public func isCode(atFileOffset offset: UInt64) -> Bool {
        segments.contains { segment in
            segment.kind == .load && segment.flags.contains(.executable) && offset >= segment.offset && offset - segment.offset < segment.fileSize
        }
    }
}
