// SPDX-License-Identifier: Apache-2.0

import BTF

/// What an object and a kernel answer to a question about a type.
struct COREAnswer {
    /// The object's own answer.
    let local: COREValue
    /// The kernel's; `nil` where it has none.
    var target: COREValue?
    /// The answer of another type of the name, where it differs in the size of the field alone: loads and stores must not depend on it.
    var ambiguousSize: COREValue?
    /// Why the kernel has no answer.
    var reason = ""
}

/// Answers CO-RE relocations; each question once, however many instructions ask it.
struct COREResolver {
    let local: BTF
    private var targets: CORETargets
    private var answers: [CORERelocation.Question: COREAnswer] = [:]
    private var budget = COREBudget.answers
    private var advice = COREAbsence.Advice()

    /// - Parameter relocations: all that will be asked, so that the types that they are about are looked for together.
    init(local: BTF, kernel: BTF, relocations: [CORERelocation], modules: () -> [ModuleTypes]) {
        self.local = local
        targets = CORETargets(local: local, kernel: kernel, relocations: relocations, modules: modules)
    }

    mutating func answer(_ relocation: CORERelocation) throws -> COREAnswer {
        if let known = answers[relocation.question] { return known }
        let access = try COREAccess(local: relocation, in: local)
        guard let own = try COREValue(relocation.kind, at: access, in: local) else {
            throw ObjectError(.malformed, "the object itself has no answer")
        }
        var answer = COREAnswer(local: own)
        if relocation.kind == .typeIDLocal {
            // Joining objects may have renumbered the types.
            answer = COREAnswer(local: own, target: own)
        } else {
            guard local.hasText(at: try local.header(of: relocation.root).nameOffset) else { throw ObjectError(.malformed, "the type has no name") }
            try ask(relocation, access, &answer)
        }
        answers[relocation.question] = answer
        return answer
    }

    /// Asks all types of the kernel that may be meant. They must agree (libbpf's `bpf_core_calc_relo_insn`); one that has no answer says nothing.
    private mutating func ask(_ relocation: CORERelocation, _ access: COREAccess, _ answer: inout COREAnswer) throws {
        budget.beginQuestion()
        var first: (value: COREValue, candidate: CORETargets.Candidate)?
        for candidate in targets.candidates(for: relocation.root) {
            guard let value = try value(relocation.kind, access, candidate) else { continue }
            guard let known = first else {
                first = (value, candidate)
                continue
            }
            // The number of a type means something only together with the module whose it is.
            let isElsewhere = relocation.kind == .typeIDTarget && known.candidate.target != candidate.target
            guard known.value.agrees(with: value), !isElsewhere else {
                throw ObjectError(.malformed, "the kernel has several types of this name, which answer \(known.value) and \(value)")
            }
            if known.value.fieldSize != value.fieldSize || known.value.extensionOfLoads != value.extensionOfLoads { answer.ambiguousSize = value }
        }
        if let value = first?.value {
            answer = COREAnswer(
                local: answer.local.signed(like: value), target: value.signed(like: answer.local), ambiguousSize: answer.ambiguousSize)
            return
        }
        answer.target = try COREValue(relocation.kind, at: nil, in: targets.kernel)
        guard answer.target == nil else { return }
        answer.reason = COREAbsence(local, relocation, access).reason(targets, &advice)
    }

    /// What one type of the kernel answers; `nil` where it is not the one that is meant. A module whose types are broken is left out.
    private mutating func value(_ kind: CORERelocation.Kind, _ access: COREAccess, _ candidate: CORETargets.Candidate) throws(BTFError) -> COREValue?
    {
        guard let target = targets.types(of: candidate) else { return nil }
        do {
            // A step for each candidate as well, since many may have one name.
            try budget.spend(16)
            guard let place = try match(access, kind, candidate.type, CompatibleTypes(local: local, target: target)) else { return nil }
            return try COREValue(kind, at: place, in: target)
        } catch {
            guard targets.leaveOut(candidate, error) else { throw error }
            return nil
        }
    }

    private mutating func match(
        _ access: COREAccess, _ kind: CORERelocation.Kind, _ candidate: TypeID, _ types: CompatibleTypes
    ) throws(BTFError) -> COREAccess? {
        if kind.isAboutField { return try COREAccess(matching: access, from: candidate, types, &budget) }
        if kind.isAboutEnumValue { return try COREAccess(enumerator: access, of: candidate, types, &budget) }
        let isMatching =
            kind == .typeMatches ? try types.match(access.root, candidate, &budget) : try types.types(access.root, candidate, &budget)
        return isMatching ? COREAccess(root: candidate) : nil
    }

    /// The relocation in words: `struct task_struct.real_parent`.
    func describe(_ relocation: CORERelocation) -> String {
        guard let access = try? COREAccess(local: relocation, in: local) else { return COREAbsence.word(relocation.root, in: local) }
        return COREAbsence(local, relocation, access).whole
    }
}
