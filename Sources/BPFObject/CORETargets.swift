// SPDX-License-Identifier: Apache-2.0

import BTF

/// The types of a kernel and its modules in which an object's types are looked for.
///
/// The rule is libbpf's (`bpf_core_find_cands`): a type is looked for in the modules only where the kernel itself has none of its name.
struct CORETargets {
    /// A type that may be meant: of the same kind and the same name but for flavors.
    struct Candidate {
        /// 0 for the kernel, and from 1 on for a module.
        let target: Int
        let type: TypeID
    }

    let kernel: BTF
    private var modules: [(name: String, types: BTF?)] = []
    private var byRoot: [TypeID: [Candidate]] = [:]
    /// The modules whose types could not be read, and why.
    private(set) var unreadable: [(name: String, error: BTFError)] = []
    /// The types, without flavors, whose existence the object asks for: it knows that they may be missing.
    private var expectedMissing: Set<String> = []

    private struct Name: Hashable {
        let text: String
        let kinds: Set<BTFKind>
    }

    init(local: BTF, kernel: BTF, relocations: [CORERelocation], modules: () -> [ModuleTypes]) {
        self.kernel = kernel
        var roots: [Name: Set<TypeID>] = [:]
        var seen: Set<TypeID> = []
        for relocation in relocations where relocation.kind != .typeIDLocal {
            let isNew = seen.insert(relocation.root).inserted
            // What is broken is told by the relocation that asks about it.
            guard isNew || relocation.kind.isAboutType, let header = try? local.header(of: relocation.root),
                let name = try? local.nameWithoutFlavor(at: header.nameOffset), !name.isEmpty
            else { continue }
            if relocation.kind.isAboutType { expectedMissing.insert(name) }
            roots[Name(text: name, kinds: header.isEnumeration ? [.enumeration, .enumeration64] : [header.kind]), default: []].insert(relocation.root)
        }
        let missing = roots.isEmpty ? [] : look(for: Array(roots), in: kernel, target: 0)
        guard !missing.isEmpty else { return }
        for module in modules() {
            switch module.types {
            case .success(let types):
                self.modules.append((module.name, types))
                _ = look(for: missing, in: types, target: self.modules.count)
            case .failure(let error): unreadable.append((module.name, error))
            }
        }
    }

    /// Looks for the types of all names; answers the names that there are none of.
    private mutating func look(
        for roots: [(key: Name, value: Set<TypeID>)], in types: BTF, target: Int
    ) -> [(key: Name, value: Set<TypeID>)] {
        let found = types.ownTypes(namedIgnoringFlavor: roots.map { ($0.key.text, $0.key.kinds) })
        for (root, types) in zip(roots, found) where !types.isEmpty {
            for type in root.value { byRoot[type, default: []] += types.map { Candidate(target: target, type: $0) } }
        }
        return zip(roots, found).filter { $0.1.isEmpty }.map(\.0)
    }

    func candidates(for root: TypeID) -> [Candidate] { byRoot[root] ?? [] }

    /// The types among which a candidate is; `nil` for those of a module that was left out.
    func types(of candidate: Candidate) -> BTF? {
        guard candidate.target > 0 else { return kernel }
        return modules.indices.contains(candidate.target - 1) ? modules[candidate.target - 1].types : nil
    }

    /// Leaves a module out because its types are broken; the answer is `false` for the kernel, without which nothing can be answered.
    mutating func leaveOut(_ candidate: Candidate, _ error: BTFError) -> Bool {
        guard modules.indices.contains(candidate.target - 1) else { return false }
        unreadable.append((modules[candidate.target - 1].name, error))
        modules[candidate.target - 1].types = nil
        return true
    }

    /// Whether the object knows that the type may be missing: it asks, or the type's name has a flavor.
    func expectsMissing(_ root: TypeID, in local: BTF) -> Bool {
        guard let name = try? local.name(of: root) else { return true }
        return expectedMissing.contains(name) || essentialName(name) != name
    }
}
