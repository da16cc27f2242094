// SPDX-License-Identifier: Apache-2.0

import BPFAssembly
public import BTF

extension ObjectFile {
    /// This object with every CO-RE relocation answered by a kernel's types.
    ///
    /// Only what the programs that are loaded can reach is looked at. A relocation that has no answer spoils only its own instruction: the verifier refuses the program if it can be reached,
    /// and ``ProgramAssembly/poisoned`` says what is missing.
    ///
    /// - Throws: ``ObjectError`` where types are broken, the kernel's types give several answers, or an instruction cannot
    ///   hold the answer.
    public func relocated(against kernel: BTF) throws(ObjectError) -> ObjectFile {
        guard let btf else { return self }
        var copy = self
        var resolver = COREResolver(local: btf, target: kernel)
        for index in loadedFunctions.sorted() {
            for relocation in functions[index].relocations {
                do {
                    let (local, target) = try resolver.resolve(relocation)
                    try copy.functions[index].apply(local, target, of: relocation) { resolver.describe(relocation) }
                } catch {
                    let known = error as? ObjectError
                    let reason = known?.reason ?? "\(error)"
                    throw ObjectError(known?.code ?? .malformed, "CO-RE in '\(functions[index].name)': \(resolver.describe(relocation)): \(reason)")
                }
            }
            copy.functions[index].relocations = []
        }
        return copy
    }
}

/// Answers CO-RE relocations; remembers which types of the target have which name.
struct COREResolver {
    let local: BTF
    let target: BTF
    private var candidates: [TypeID: [TypeID]] = [:]

    init(local: BTF, target: BTF) {
        self.local = local
        self.target = target
    }

    /// The object's own answer, and the target's, which is `nil` where it has none.
    mutating func resolve(_ relocation: CORERelocation) throws -> (local: COREValue, target: COREValue?) {
        let access = try COREAccess(local: relocation, in: local)
        guard let own = try COREValue(relocation.kind, at: access, in: local) else {
            throw ObjectError(.malformed, "the object itself has no answer")
        }
        if relocation.kind == .typeIDLocal { return (own, own) }
        guard relocation.kind != .typeMatches else {
            throw ObjectError(.unsupported, "matching of whole types is not supported yet")
        }
        var answer: COREValue?
        for candidate in try candidates(for: relocation.root) {
            guard let place = try match(access, relocation.kind, candidate),
                let value = try COREValue(relocation.kind, at: place, in: target)
            else { continue }
            if let other = answer, other.value != value.value || other.fieldSize != value.fieldSize {
                throw ObjectError(.malformed, "the kernel has several types of this name, which answer \(other) and \(value)")
            }
            answer = value
        }
        guard let answer else { return (own, try COREValue(relocation.kind, at: nil, in: target)) }
        return (own.signed(like: answer), answer.signed(like: own))
    }

    /// The types of the target that may be meant: of the same kind and the same name but for flavors.
    private mutating func candidates(for root: TypeID) throws -> [TypeID] {
        if let known = candidates[root] { return known }
        let kind = try local.kind(of: root)
        let name = essentialName(try local.name(of: root))
        guard !name.isEmpty else { throw ObjectError(.malformed, "the type has no name") }
        let kinds: Set<BTFKind> = kind == .enumeration || kind == .enumeration64 ? [.enumeration, .enumeration64] : [kind]
        let found = target.types(namedIgnoringFlavor: name, kinds: kinds)
        candidates[root] = found
        return found
    }

    private func match(_ access: COREAccess, _ kind: CORERelocation.Kind, _ candidate: TypeID) throws(BTFError) -> COREAccess? {
        if kind.isAboutField {
            return try COREAccess(matching: access, from: candidate, in: target, localTypes: local)
        }
        if kind.isAboutEnumValue {
            guard case .enumeration(let enumeration) = try target.resolve(candidate).type, let wanted = access.steps.first?.name
            else { return nil }
            let name = essentialName(wanted)
            guard let index = enumeration.values.firstIndex(where: { essentialName($0.name) == name }) else { return nil }
            var place = COREAccess(root: candidate)
            place.steps = [COREAccess.Step(type: try target.resolve(candidate).id, index: index, name: name)]
            return place
        }
        let compatible = try CompatibleTypes(local: local, target: target).types(access.root, candidate)
        return compatible ? COREAccess(root: candidate) : nil
    }

    /// The relocation in words: `struct task_struct.real_parent`.
    func describe(_ relocation: CORERelocation) -> String {
        let kind = (try? local.kind(of: relocation.root)) ?? .void
        var text = "\(kind.word) \((try? local.name(of: relocation.root)) ?? "?")"
        guard let access = try? COREAccess(local: relocation, in: local) else { return text }
        for (position, step) in access.steps.enumerated() {
            if let name = step.name {
                text += ".\(name)"
            } else if position > 0 || step.index > 0 {
                text += "[\(step.index)]"
            }
        }
        return text
    }
}
