// SPDX-License-Identifier: Apache-2.0

import BTF
import ELF

/// The symbols of a linked file: which of several of one name is meant.
struct LinkedSymbols {
    /// What a file says about a global symbol.
    struct Occurrence {
        /// The place of the file among those that are linked.
        let input: Int
        let symbol: Symbol
        let declaration: LinkDeclarations.Declaration?
    }

    /// A name that files share.
    struct Global {
        let name: String
        /// The definition that counts, or else the first declaration.
        var meant: Occurrence
        /// All others.
        var others: [Occurrence] = []

        var isDefined: Bool { !meant.symbol.isUndefined }

        /// The strictest that any file asks for.
        var visibility: Symbol.Visibility {
            others.map(\.symbol.visibility).reduce(meant.symbol.visibility) { $0.rawValue < $1.rawValue ? $1 : $0 }
        }

        /// That of the definition; externs are weak only where all are.
        var binding: Symbol.Binding {
            isDefined || others.allSatisfy { $0.symbol.binding == .weak } ? meant.symbol.binding : .global
        }
    }

    /// What a symbol of a file has become.
    enum Target: Hashable {
        /// The place in ``globals``.
        case global(Int)
        /// The place in ``locals``.
        case local(Int)
        /// The symbol of the linked file's section with this place.
        case section(Int)
    }

    /// A symbol that only its own file knows.
    struct Local {
        let symbol: Symbol
        /// Where it lies; `nil` for those that lie nowhere, as names of source files.
        let part: LinkedSections.Part?
    }

    private(set) var globals: [Global] = []
    private(set) var globalsByName: [String: Int] = [:]
    private(set) var locals: [Local] = []
    /// The sections that have a symbol of their own, in the order in which those were met.
    private(set) var sectionsWithSymbols: [Int] = []
    /// For each file, what its symbols have become, by their index.
    private(set) var targets: [[Int: Target]] = []

    /// The section of tables of jumps. The compiler numbers them in each file anew: their names mean nothing outside of it.
    static let jumpTables = ".jumptables"

    init(_ inputs: [LinkInput], _ sections: LinkedSections) throws(LinkError) {
        for (number, input) in inputs.enumerated() {
            var targets: [Int: Target] = [:]
            for (index, symbol) in input.symbols.enumerated().dropFirst() {
                targets[index] = try target(of: symbol, in: number, inputs, sections)
            }
            self.targets.append(targets)
        }
        var agreement = SymbolAgreement(inputs)
        for global in globals { try agreement.check(global) }
    }

    /// What a symbol becomes; `nil` for those of sections that are left out, which go with them.
    private mutating func target(
        of symbol: Symbol, in number: Int, _ inputs: [LinkInput], _ sections: LinkedSections
    ) throws(LinkError) -> Target? {
        var part: LinkedSections.Part?
        if case .section(let index) = symbol.place {
            guard let found = sections.part(of: index, in: number) else { return nil }
            if symbol.kind == .section {
                if !sectionsWithSymbols.contains(found.section) { sectionsWithSymbols.append(found.section) }
                return .section(found.section)
            }
            // The other file's symbol has taken its place, where it has the same name.
            guard !found.isShared else { return globalsByName[symbol.name].map { .global($0) } }
            part = found
        }
        guard symbol.binding != .local, part.map({ sections.sections[$0.section].name }) != Self.jumpTables else {
            locals.append(Local(symbol: symbol, part: part))
            return .local(locals.count - 1)
        }
        let declaration = inputs[number].declarations.declaration(named: symbol.name, isExtern: symbol.isUndefined)
        return .global(try enter(Occurrence(input: number, symbol: symbol, declaration: declaration), inputs))
    }

    /// Decides between a symbol and those of its name that have been met.
    private mutating func enter(_ new: Occurrence, _ inputs: [LinkInput]) throws(LinkError) -> Int {
        let name = new.symbol.name
        guard let place = globalsByName[name] else {
            globalsByName[name] = globals.count
            globals.append(Global(name: name, meant: new))
            return globals.count - 1
        }
        let old = globals[place].meant
        let isStronger = new.symbol.binding == .global && old.symbol.binding == .weak
        guard new.symbol.isUndefined || old.symbol.isUndefined || isStronger || new.symbol.binding == .weak else {
            throw LinkError(
                .duplicateSymbol, [inputs[old.input].name, inputs[new.input].name], symbol: name,
                "both define '\(name)'; make one of them '__weak' or static, or declare it 'extern'")
        }
        if !new.symbol.isUndefined && (old.symbol.isUndefined || isStronger) {
            globals[place].meant = new
            globals[place].others.append(old)
        } else {
            globals[place].others.append(new)
        }
        return place
    }

    /// Where a global symbol is defined in the linked file; `nil` for externs, and for those that lie in no section.
    func part(of global: Global, _ sections: LinkedSections) -> LinkedSections.Part? {
        guard case .section(let index) = global.meant.symbol.place else { return nil }
        return sections.part(of: index, in: global.meant.input)
    }
}

extension LinkedSymbols {
    /// Adds the symbols to a file; answers what to refer to them by.
    func write(
        to writer: inout ELFWriter, _ linked: LinkedSections, _ sections: [ELFWriter.SectionID]
    ) -> [Target: ELFWriter.SymbolID] {
        var ids: [Target: ELFWriter.SymbolID] = [:]
        func moved(
            _ symbol: Symbol, _ part: LinkedSections.Part?, _ binding: Symbol.Binding, _ visibility: Symbol.Visibility
        ) -> ELFWriter.Symbol {
            ELFWriter.Symbol(
                name: symbol.name, kind: symbol.kind, binding: binding, visibility: visibility,
                place: part.map { .section(sections[$0.section]) } ?? (symbol.isUndefined ? .undefined : .absolute),
                value: (part?.offset ?? 0) + symbol.value, size: symbol.size)
        }
        for section in sectionsWithSymbols {
            ids[.section(section)] = writer.add(
                ELFWriter.Symbol(name: "", kind: .section, binding: .local, place: .section(sections[section])))
        }
        for (place, local) in locals.enumerated() {
            ids[.local(place)] = writer.add(moved(local.symbol, local.part, local.symbol.binding, local.symbol.visibility))
        }
        for (place, global) in globals.enumerated() {
            ids[.global(place)] = writer.add(moved(global.meant.symbol, part(of: global, linked), global.binding, global.visibility))
        }
        return ids
    }
}
