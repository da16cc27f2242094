// SPDX-License-Identifier: Apache-2.0

import BTF

/// Says why a kernel has no answer: what it lacks, and what it has instead.
struct COREAbsence {
    private let local: BTF
    private let relocation: CORERelocation
    private let access: COREAccess

    init(_ local: BTF, _ relocation: CORERelocation, _ access: COREAccess) {
        (self.local, self.relocation, self.access) = (local, relocation, access)
    }

    /// The type in C's words: `struct task_struct`.
    static func word(_ type: TypeID, in btf: BTF) -> String {
        let kind = (try? btf.kind(of: type)) ?? .void
        return "\(kind.word) \((try? btf.name(of: type)) ?? "?")"
    }

    /// What is asked for: `struct task_struct.real_parent`.
    var whole: String { path(upTo: access.steps.count) }

    private func path(upTo count: Int) -> String {
        var text = Self.word(access.root, in: local)
        for (position, step) in access.steps.prefix(count).enumerated() {
            if let name = COREAccess.name(of: step, in: local) {
                text += ".\(name)"
            } else if position > 0 || step.index > 0 {
                text += "[\(step.index)]"
            }
        }
        return text
    }

    /// What was found out for the reasons of one object.
    struct Advice {
        /// For what is near; when it is spent, only what is missing is said.
        fileprivate var budget = COREBudget.advice
        fileprivate var missingTypes: [TypeID: String] = [:]
    }

    func reason(_ targets: CORETargets, _ advice: inout Advice) -> String {
        let plain = "'\(whole)' is not in this kernel"
        let candidates = targets.candidates(for: relocation.root).filter { targets.types(of: $0) != nil }
        guard !candidates.isEmpty else {
            let known = advice.missingTypes[relocation.root] ?? missingType(targets, &advice.budget)
            advice.missingTypes[relocation.root] = known
            return plain + known
        }
        var furthest: (position: Int, text: String)?
        // Of several types of one name, what the one lacks that has most of the path; nobody reads about more than a few.
        for candidate in candidates.prefix(4) {
            guard let target = targets.types(of: candidate), let stop = try? walk(candidate.type, in: target, &advice.budget) else { continue }
            if stop.position > furthest?.position ?? -1 { furthest = stop }
        }
        return furthest?.text ?? plain
    }

    private func missingType(_ targets: CORETargets, _ budget: inout COREBudget) -> String {
        guard let header = try? local.header(of: relocation.root), let name = try? local.nameWithoutFlavor(at: header.nameOffset) else { return "" }
        var near: [String] = []
        // To look at all names takes longer than all else; who expects that the type is missing needs no advice.
        if name.utf8.count > 2, !targets.expectsMissing(relocation.root, in: local), (try? budget.spend(Self.stepsOfAllNames)) != nil {
            let kinds: Set<BTFKind> = header.isEnumeration ? [.enumeration, .enumeration64] : [header.kind]
            near = targets.kernel.names(like: name, kinds: kinds).map { "\(header.kind.word) \($0)" }
        }
        return ", which has no '\(header.kind.word) \(name)'" + Self.advice(near) + left(out: targets)
    }

    private func left(out targets: CORETargets) -> String {
        guard let first = targets.unreadable.first else { return "" }
        let count = targets.unreadable.count
        return "; it may be in a module whose types cannot be read: '\(first.name)'\(count > 1 ? " and \(count - 1) more" : "") (\(first.error))"
    }

    static func advice(_ near: [String]) -> String {
        guard let last = near.last else { return "" }
        let others = near.dropLast().map { "'\($0)'" }.joined(separator: ", ")
        return others.isEmpty ? "; '\(last)' is" : "; \(others) and '\(last)' are"
    }

    private static let stepsOfAllNames = 200_000
}

extension COREAbsence {
    /// Follows the path through one type of the kernel; says where it ends, in steps, and why.
    private func walk(_ root: TypeID, in target: BTF, _ budget: inout COREBudget) throws(BTFError) -> (position: Int, text: String) {
        var current = root
        for (position, step) in access.steps.enumerated() {
            let missing = path(upTo: position + 1)
            let isLast = position == access.steps.count - 1
            guard let name = COREAccess.name(of: step, in: local) else {
                guard position > 0 else { continue }
                let (_, header) = try target.resolvedHeader(of: current)
                guard header.kind == .array else { return (position, "'\(whole)' is not in this kernel") }
                if step.index >= Int(target.array(header).count) {
                    let count = target.array(header).count
                    return (position, "'\(whole)' is not in this kernel, where '\(path(upTo: position))' has \(count) elements")
                }
                current = target.array(header).element
                continue
            }
            if relocation.kind.isAboutEnumValue { return (position, try missingEnumerator(name, current, in: target, &budget)) }
            let members = try StructureMember.all(of: current, in: target, &budget)
            guard let member = members.first(where: { $0.name == name }) else {
                let own = try StructureMember.all(of: step.type, in: local, &budget)
                try budget.spend(members.count * 16)
                let near = Self.advice(StructureMember.near(name, of: own, in: local, among: members, in: target))
                return (position, "'\(whole)' is not in this kernel\(isLast ? "" : ", since '\(missing)' is not")\(near)")
            }
            let declared = local.member(try local.header(of: step.type), step.index).type
            guard try CompatibleTypes(local: local, target: target).fields(declared, member.type) else {
                let (ours, theirs) = (local.spelling(of: declared), target.spelling(of: member.type))
                return (
                    position,
                    isLast
                        ? "'\(whole)' is of type '\(theirs)' in this kernel, and of type '\(ours)' in the object"
                        : "'\(whole)' is not in this kernel, where '\(missing)' is of type '\(theirs)', and in the object of type '\(ours)'"
                )
            }
            current = member.type
        }
        return (access.steps.count, "'\(whole)' lies in this kernel where no load of at most 8 bytes fetches it")
    }

    private func missingEnumerator(_ name: String, _ type: TypeID, in target: BTF, _ budget: inout COREBudget) throws(BTFError) -> String {
        let (_, header) = try target.resolvedHeader(of: type)
        var known: [String] = []
        for index in 0..<(header.isEnumeration ? header.count : 0) {
            try budget.spend(32)
            known.append(try target.nameWithoutFlavor(at: target.enumeratorName(header, index)))
        }
        return "'\(whole)' is not in this kernel\(Self.advice(NearestNames.of(essentialName(name), among: known)))"
    }
}
