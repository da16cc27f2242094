// SPDX-License-Identifier: Apache-2.0

import Bytes

/// Prints types as Swift declarations whose values lie in memory exactly as C's do.
///
/// A struct becomes a struct of the same size, with padding spelled out where Swift would place a member elsewhere. What Swift cannot
/// store where C does (members of unions and packed structs, bitfields) is read and written through accessors. Arrays are
/// `InlineArray`, pointers `UInt64`, booleans `UInt8` (a kernel's byte may hold any value), enumerations structs with a raw value. A
/// member without a name is called `anonymous0`, and its members are the outer type's as well. Needs Swift 6.2.
///
/// All types are printed, or those that are asked for and what they contain:
///
///     var printer = try SwiftPrinter(types, only: ["sk_buff"])
///     var text: [UInt8] = []
///     while try printer.append(to: &text) { write(text); text.removeAll(keepingCapacity: true) }
public struct SwiftPrinter {
    let btf: BTF
    /// What is still to be declared, in the order in which it was met.
    private var pending: [TypeID] = []
    private var next = 0
    /// Other names of types: what was asked for by the name of a typedef.
    private var aliases: [(name: String, type: TypeID)] = []
    private var nextAlias = 0
    private var isBegun = false
    /// The declaration that is under way.
    var progress: Progress?
    /// The bytes of names and types from which the declaration under way is made.
    var held = 0

    /// What each declared type is called, and how often each name was wanted.
    private(set) var names: [TypeID: String] = [:]
    private var taken = Dictionary(uniqueKeysWithValues: SwiftText.reservedTypes.map { ($0, 1) })
    /// The alignment of structs and unions in Swift; 0 while it is being found.
    var alignments: [TypeID: UInt32] = [:]
    var output: [UInt8] = []
    var budget: PrintingBudget

    static let pieceSize = 64 * 1024

    /// Begins to print all structs, unions, enumerations and typedefs. What has no name is called after what contains it; names that are taken
    /// get a number.
    ///
    /// - Throws: ``BTFError`` where types refer to what is not there, or go in a circle.
    public init(_ btf: BTF) throws(BTFError) {
        self.btf = btf
        budget = PrintingBudget(for: btf)
        for type in btf.types(ofKinds: [.structure, .union, .enumeration, .enumeration64]) {
            let header = try btf.header(of: type)
            if header.nameOffset != 0 { _ = declare(type, as: name(at: header.nameOffset)) }
            try budget.spend(holding: 0)
        }
        for type in btf.types(ofKinds: [.alias]) {
            let (target, header, _) = try resolve(type)
            let name = name(at: try btf.header(of: type).nameOffset)
            guard let header, !name.isEmpty, Self.hasValues(header.kind), names[target] != SwiftText.identifier(name) else { continue }
            try ask(typedef: type, name)
        }
    }

    /// Begins to print the structs, unions, enumerations and typedefs of these names.
    ///
    /// - Throws: ``BTFError`` with ``BTFError/Code/noSuchType`` for a name that no type has.
    public init(_ btf: BTF, only names: [String]) throws(BTFError) {
        self.btf = btf
        let kinds: Set<BTFKind> = [.structure, .union, .enumeration, .enumeration64]
        budget = PrintingBudget(for: btf)
        for name in names {
            let composites = btf.types(named: name, kinds: kinds)
            for type in composites { _ = declare(type, as: name) }
            let typedefs = composites.isEmpty ? btf.types(named: name, kinds: [.alias]) : []
            guard !composites.isEmpty || !typedefs.isEmpty else { throw .noType(named: name, in: btf, kinds: kinds.union([.alias])) }
            for type in typedefs { try ask(typedef: type, name) }
        }
    }

    /// Appends about 64 KiB, which may end in the middle of a declaration.
    ///
    /// - Returns: whether something was appended; `false` says that all is printed.
    /// - Throws: ``BTFError`` where types contain themselves, or are nested so that printing them would not end. Then nothing more is printed.
    public mutating func append(to text: inout [UInt8]) throws(BTFError) -> Bool {
        guard !isBegun || hasMore else { return false }
        defer {
            budget.take(bytes: output.count)
            text += output
            output.removeAll(keepingCapacity: true)
        }
        if !isBegun {
            isBegun = true
            put(SwiftText.prologue(btf.byteOrder))
        }
        do {
            while output.count < Self.pieceSize, hasMore { try printPiece() }
        } catch {
            (progress, aliases, pending) = (nil, [], [])
            throw error
        }
        return true
    }

    private var hasMore: Bool { progress != nil || nextAlias < aliases.count || next < pending.count }

    private mutating func printPiece() throws(BTFError) {
        if let progress {
            self.progress = nil
            return try go(on: progress)
        }
        held = 0
        if nextAlias < aliases.count {
            let (name, type) = aliases[nextAlias]
            nextAlias += 1
            let form = try form(of: type, suggestion: name)
            put("\npublic typealias \(name) = \(form.text)\n")
        } else {
            let type = pending[next]
            next += 1
            try begin(type)
        }
    }

    private mutating func ask(typedef type: TypeID, _ name: String) throws(BTFError) {
        let (target, header, _) = try resolve(type)
        if let header, header.nameOffset == 0, Self.isDeclared(header.kind), names[target] == nil {
            _ = declare(target, as: name)
        } else if header != nil {
            let own = Self.unique(SwiftText.identifier(name), &taken)
            budget.keep(bytes: 2 * own.utf8.count)
            aliases.append((own, type))
        } else {
            throw BTFError(.noSuchType, "typedef '\(name)' is void, of which no value exists")
        }
    }

    static func isDeclared(_ kind: BTFKind) -> Bool {
        kind == .structure || kind == .union || kind == .enumeration || kind == .enumeration64
    }

    /// Whether there are values of a kind of type, so that another name of it is of use.
    private static func hasValues(_ kind: BTFKind) -> Bool {
        isDeclared(kind) || kind == .integer || kind == .floatingPoint || kind == .pointer || kind == .array
    }

    /// The name of a type that is declared here, now or later.
    mutating func declare(_ type: TypeID, as suggestion: String) -> String {
        if let name = names[type] { return name }
        let name = Self.unique(SwiftText.identifier(suggestion), &taken)
        budget.keep(bytes: 2 * name.utf8.count)
        names[type] = name
        pending.append(type)
        return name
    }

    /// A name as it is, or with a number where it is taken. Goes on counting where it ended: thousands may share one name.
    static func unique(_ name: String, _ taken: inout [String: Int]) -> String {
        guard var number = taken[name] else {
            taken[name] = 1
            return name
        }
        while taken["\(name)_\(number)"] != nil { number += 1 }
        taken[name] = number + 1
        let result = "\(name)_\(number)"
        taken[result] = 1
        return result
    }

    /// What remains of a type without typedefs, qualifiers and tags, with the last typedef's name; no header for void.
    mutating func resolve(_ type: TypeID) throws(BTFError) -> (TypeID, BTF.Header?, alias: String?) {
        var type = type
        var alias: UInt32?
        var links = 0
        while type != .void {
            // A chain cannot have more links than there are types, unless it is a circle.
            links += 1
            guard links <= btf.count else { throw BTFError(.malformed, "type \(type.rawValue) goes in a circle") }
            try budget.spend(holding: output.count + held)
            let header = try btf.header(of: type)
            switch header.kind {
            case .alias: alias = header.nameOffset
            case .constant, .volatile, .restrict, .typeTag: break
            default: return (type, header, alias.map { name(at: $0) })
            }
            type = TypeID(header.sizeOrType)
        }
        return (type, nil, nil)
    }

    mutating func put(_ text: String) {
        budget.charge(bytes: text.utf8.count)
        output += text.utf8
    }

    /// A name of the types, which counts as work.
    mutating func name(at offset: UInt32) -> String {
        let name = btf.string(at: offset)
        budget.charge(bytes: name.utf8.count)
        return name
    }

    private mutating func begin(_ type: TypeID) throws(BTFError) {
        let name = names[type] ?? ""
        let header = try btf.header(of: type)
        if header.kind == .structure || header.kind == .union {
            try begin(composite: header, name)
        } else {
            begin(enumeration: header, name)
        }
    }
}
