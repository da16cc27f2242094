// SPDX-License-Identifier: Apache-2.0

import Bytes

/// Prints types as Swift declarations whose values lie in memory exactly as C's do.
///
/// A struct becomes a struct of the same size, with padding spelled out where Swift would place a member elsewhere. What Swift cannot
/// store where C does (members of unions and packed structs, bitfields) is read and written through accessors. Arrays are
/// `InlineArray`, pointers `UInt64`, booleans `UInt8` (a kernel's byte may hold any value), enumerations structs with a raw value. A
/// member without a name is called `anonymous0`, and its members are the outer type's as well. Needs Swift 6.2.
///
/// Only types that are asked for are printed, and those that they contain:
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
    private var isBegun = false

    /// What each declared type is called, and how often each name was wanted.
    private(set) var names: [TypeID: String] = [:]
    private var taken = Dictionary(uniqueKeysWithValues: SwiftText.reservedTypes.map { ($0, 1) })
    /// The alignment of structs and unions in Swift; 0 while it is being found.
    var alignments: [TypeID: UInt32] = [:]
    var output: [UInt8] = []
    var budget: PrintingBudget

    private static let pieceSize = 64 * 1024

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

    /// Appends about 64 KiB of whole declarations; a large type may need more.
    ///
    /// - Returns: whether something was appended; `false` says that all is printed.
    /// - Throws: ``BTFError`` where types contain themselves, or are nested so that printing them would not end.
    public mutating func append(to text: inout [UInt8]) throws(BTFError) -> Bool {
        guard !isBegun || next < pending.count else { return false }
        defer {
            text += output
            output.removeAll(keepingCapacity: true)
        }
        if !isBegun {
            isBegun = true
            put(SwiftText.prologue(btf.byteOrder))
            for (name, type) in aliases {
                let form = try form(of: type, suggestion: name)
                put("\npublic typealias \(name) = \(form.text)\n")
            }
        }
        while next < pending.count, output.count < Self.pieceSize {
            let type = pending[next]
            next += 1
            try print(type)
        }
        return true
    }

    private mutating func ask(typedef type: TypeID, _ name: String) throws(BTFError) {
        let (target, header, _) = try resolve(type)
        if let header, header.nameOffset == 0, Self.isDeclared(header.kind) {
            _ = declare(target, as: name)
        } else if header != nil {
            let own = unique(SwiftText.identifier(name), &taken)
            aliases.append((own, type))
        } else {
            throw BTFError(.noSuchType, "typedef '\(name)' is void, of which no value exists")
        }
    }

    static func isDeclared(_ kind: BTFKind) -> Bool {
        kind == .structure || kind == .union || kind == .enumeration || kind == .enumeration64
    }

    /// The name of a type that is declared here, now or later.
    mutating func declare(_ type: TypeID, as suggestion: String) -> String {
        if let name = names[type] { return name }
        let name = unique(SwiftText.identifier(suggestion), &taken)
        names[type] = name
        pending.append(type)
        return name
    }

    /// A name as it is, or with a number where it is taken. Goes on counting where it ended: thousands may share one name.
    func unique(_ name: String, _ taken: inout [String: Int]) -> String {
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
            try budget.spend()
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

    private mutating func print(_ type: TypeID) throws(BTFError) {
        let name = names[type] ?? ""
        let header = try btf.header(of: type)
        if header.kind == .structure || header.kind == .union {
            try print(composite: type, header, name)
        } else {
            try print(enumeration: type, header, name)
        }
    }
}
