// SPDX-License-Identifier: Apache-2.0

import BTF

/// What a file's types say about its functions and variables: which of them other files may define or use, and in which sections they lie.
struct LinkDeclarations: Sendable {
    /// A function or variable that is not static.
    struct Declaration: Sendable {
        let type: TypeID
        let isFunction: Bool
        let isExtern: Bool
        /// The section that its data section names; `nil` for functions, and for externs that no section is named for.
        var sectionName: String?
    }

    /// A section as the types know it.
    struct DataSection: Sendable {
        let type: TypeID
        let name: String
    }

    /// By name; most have one, some an extern and a definition.
    private(set) var byName: [String: [Declaration]] = [:]
    /// The sections, in the order of the types.
    private(set) var sections: [DataSection] = []

    /// Where compilers put externs for which no section is named.
    static let unnamedSection = ".extern"
    /// The sections whose externs the kernel defines, or the loader for it.
    static let kernelSections: Set<String> = [".ksyms", ".kconfig"]

    init(_ btf: BTF?) throws(BTFError) {
        guard let btf else { return }
        var sectionNames: [TypeID: String] = [:]
        var names: Set<String> = []
        for id in btf.types(ofKinds: [.dataSection]) {
            guard case .dataSection(let section) = try btf.type(id) else { continue }
            guard names.insert(section.name).inserted else {
                throw BTFError(.malformed, "there are two data sections '\(section.name)'")
            }
            sections.append(DataSection(type: id, name: section.name))
            for entry in section.variables {
                switch try btf.kind(of: entry.type) {
                case .variable, .function: break
                default: throw BTFError(.malformed, "section \(section.name) holds type \(entry.type.rawValue), which is no variable or function")
                }
                guard sectionNames.updateValue(section.name, forKey: entry.type) == nil else {
                    throw BTFError(.malformed, "type \(entry.type.rawValue) lies in two places of data sections")
                }
            }
        }
        for id in btf.types(ofKinds: [.variable, .function]) {
            let (name, isFunction, linkage) = try Self.head(of: id, btf)
            guard linkage != .static else { continue }
            let section = sectionNames[id].flatMap { $0 == Self.unnamedSection ? nil : $0 }
            byName[name, default: []].append(
                Declaration(type: id, isFunction: isFunction, isExtern: linkage == .extern, sectionName: section))
        }
    }

    private static func head(of id: TypeID, _ btf: BTF) throws(BTFError) -> (name: String, isFunction: Bool, linkage: BTFType.Linkage) {
        switch try btf.type(id) {
        case .function(let name, _, let linkage): (name, true, linkage)
        case .variable(let name, _, let linkage): (name, false, linkage)
        default: ("", false, .static)
        }
    }

    /// The declaration that a symbol has; the one with the linkage of the symbol where there are several.
    func declaration(named name: String, isExtern: Bool) -> Declaration? {
        guard let all = byName[name] else { return nil }
        return all.first { $0.isExtern == isExtern } ?? all.first
    }
}
