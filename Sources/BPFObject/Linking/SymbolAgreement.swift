// SPDX-License-Identifier: Apache-2.0

import BTF
import ELF

/// Whether files mean the same by one name: what they declare it to be must agree.
struct SymbolAgreement {
    private let inputs: [LinkInput]
    /// How much may still be compared, in all: files could be made up to be compared for ever.
    private var budget = 2_000_000

    init(_ inputs: [LinkInput]) {
        self.inputs = inputs
    }

    /// Compares all that files say about a name with what is meant by it.
    mutating func check(_ global: LinkedSymbols.Global) throws(LinkError) {
        for other in global.others { try check(other, global) }
    }

    private mutating func check(_ other: LinkedSymbols.Occurrence, _ global: LinkedSymbols.Global) throws(LinkError) {
        let meant = global.meant
        let files = [inputs[meant.input].name, inputs[other.input].name]
        func incompatible(_ reason: String) -> LinkError { LinkError(.incompatibleSymbol, files, symbol: global.name, reason) }
        for (occurrence, file) in zip([meant, other], files) where occurrence.declaration == nil {
            throw LinkError(
                .incompatibleSymbol, files, symbol: global.name,
                "the types of \(file) say nothing about '\(global.name)', so that it cannot be compared; compile with '-g'")
        }
        guard let left = meant.declaration, let right = other.declaration, let leftTypes = inputs[meant.input].btf,
            let rightTypes = inputs[other.input].btf
        else { return }
        if global.isDefined {
            if other.symbol.isUndefined, let section = right.sectionName, LinkDeclarations.kernelSections.contains(section) {
                throw incompatible("'\(global.name)' is defined in \(files[0]), and asked of the kernel (section \(section)) in \(files[1])")
            }
        } else if left.sectionName != right.sectionName {
            let sections = [left, right].map { $0.sectionName.map { "section \($0)" } ?? "no section" }
            throw incompatible("the extern '\(global.name)' is declared in \(sections[0]) and in \(sections[1])")
        }
        guard left.isFunction == right.isFunction else { throw incompatible("'\(global.name)' is a function in one and a variable in the other") }
        // Two declarations of one file may be one and the same.
        guard meant.input != other.input || left.type != right.type else { return }
        let isMap = left.sectionName == ".maps"
        guard isMap == (right.sectionName == ".maps") else { throw incompatible("'\(global.name)' is a map in one of them only") }
        let difference: String?
        do {
            var comparison = TypeAgreement(leftTypes, rightTypes, budget: budget)
            difference = try isMap ? comparison.difference(ofMaps: left.type, right.type) : comparison.difference(left.type, right.type)
            budget = comparison.budget
        } catch { throw LinkError(.btf(error), files, symbol: global.name, "the types of '\(global.name)': \(error)") }
        if let difference {
            throw incompatible("'\(global.name)' is not the same in both: \(difference)")
        }
    }
}
