// SPDX-License-Identifier: Apache-2.0

import BTF
import ELF

/// The numbers that the types of all files have when they stand behind each other, before equal ones become one.
///
/// Left out are data sections, which are made anew, and what another file's function or variable stands for.
struct TypeNumbering {
    /// For each file, the new number of each of its types.
    private(set) var maps: [[TypeID]] = []
    /// For each file, what is left out of its types.
    private(set) var omitted: [Set<TypeID>] = []

    init(_ inputs: [LinkInput], _ sections: LinkedSections, _ symbols: LinkedSymbols) throws(LinkError) {
        var next: UInt32 = 1
        var stands: [[TypeID: LinkedSymbols.Occurrence]] = []
        for (number, input) in inputs.enumerated() {
            guard let btf = input.btf else {
                maps.append([.void])
                omitted.append([])
                stands.append([:])
                continue
            }
            let replaced = Self.replaced(number, input, symbols)
            do {
                var left = Set(replaced.keys)
                left.formUnion(input.declarations.sections.map(\.type))
                left.formUnion(try Self.ofSharedSections(number, input, btf, sections))
                left.formUnion(try Self.tags(of: left.subtracting(replaced.keys), btf))
                left.formUnion(try Self.prototypes(of: replaced.keys, btf, left))
                var map = [TypeID.void]
                for id in btf.typeIDs {
                    map.append(left.contains(id) ? .void : TypeID(next))
                    if !left.contains(id) { next += 1 }
                }
                maps.append(map)
                omitted.append(left)
            } catch { throw LinkError(error, in: input.name) }
            stands.append(replaced)
        }
        // All have their numbers now, also those that come later.
        for (number, replaced) in stands.enumerated() {
            for (id, occurrence) in replaced {
                guard let declaration = occurrence.declaration else { continue }
                maps[number][Int(id.rawValue)] = maps[occurrence.input][Int(declaration.type.rawValue)]
            }
        }
    }

    /// The functions and variables of a file in whose place others stand.
    private static func replaced(
        _ number: Int, _ input: LinkInput, _ symbols: LinkedSymbols
    ) -> [TypeID: LinkedSymbols.Occurrence] {
        var replaced: [TypeID: LinkedSymbols.Occurrence] = [:]
        for (name, declarations) in input.declarations.byName {
            // What has no symbol, or no type where it is defined, stays as it is.
            guard let place = symbols.globalsByName[name], let meant = symbols.globals[place].meant.declaration else { continue }
            for declaration in declarations where symbols.globals[place].meant.input != number || declaration.type != meant.type {
                replaced[declaration.type] = symbols.globals[place].meant
            }
        }
        return replaced
    }

    /// The variables of sections in whose place another file's stand: the licence.
    private static func ofSharedSections(
        _ number: Int, _ input: LinkInput, _ btf: BTF, _ sections: LinkedSections
    ) throws(BTFError) -> Set<TypeID> {
        var variables: Set<TypeID> = []
        for index in input.sectionOrder {
            guard let section = input.sections[index], sections.part(of: index, in: number)?.isShared == true,
                let type = input.declarations.sections.first(where: { $0.name == section.name })?.type,
                case .dataSection(let contents) = try btf.type(type)
            else { continue }
            variables.formUnion(contents.variables.map(\.type))
        }
        return variables
    }

    /// What is said about types that are left out, without any others in their place, is left out as well.
    private static func tags(of types: Set<TypeID>, _ btf: BTF) throws(BTFError) -> Set<TypeID> {
        var tags: Set<TypeID> = []
        for id in btf.types(ofKinds: [.declarationTag]) {
            switch try btf.type(id) {
            case .declarationTag(_, let target, _), .declarationAttribute(_, let target, _): if types.contains(target) { tags.insert(id) }
            default: break
            }
        }
        return tags
    }

    /// The prototypes of functions in whose place others stand, where nothing else refers to them. Their parameters often have no names, by which they
    /// would not become one with those of the definitions.
    private static func prototypes(of functions: some Sequence<TypeID>, _ btf: BTF, _ left: Set<TypeID>) throws(BTFError) -> Set<TypeID> {
        var prototypes: Set<TypeID> = []
        for id in functions {
            if case .function(_, let prototype, _) = try btf.type(id), try btf.kind(of: prototype) == .prototype { prototypes.insert(prototype) }
        }
        guard !prototypes.isEmpty else { return [] }
        btf.forEachReference { type, target in
            if !left.contains(type) { prototypes.remove(target) }
        }
        return prototypes
    }
}
