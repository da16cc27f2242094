// SPDX-License-Identifier: Apache-2.0

import BTF

extension COREAccess {
    /// Follows the same path through another BTF, by names; `nil` where a step has no counterpart there.
    ///
    /// The rules are those of libbpf's `bpf_core_spec_match`: members are found by name, also inside of anonymous ones;
    /// elements must lie inside of their array unless it is the last member of a structure, which may be longer than it says.
    init?(matching local: COREAccess, from root: TypeID, _ types: CompatibleTypes, _ budget: inout COREBudget) throws(BTFError) {
        self.init(root: root)
        let target = types.target
        var current = try target.resolvedHeader(of: root).id
        for (position, step) in local.steps.enumerated() {
            if step.name != nil {
                guard let next = try descend(to: step, in: current, types, &budget, depth: 0) else { return nil }
                current = next
                continue
            }
            // The first step is one from element to element, as if the root were an array.
            if position > 0 {
                let (_, header) = try target.resolvedHeader(of: current)
                guard header.kind == .array else { return nil }
                let array = target.array(header)
                let isFlexible = try endsInFlexibleArray(of: array.count, in: target)
                guard step.index < Int(array.count) || isFlexible else { return nil }
                current = try target.resolvedHeader(of: array.element).id
            }
            steps.append(Step(type: current, index: step.index))
            try advance(by: step.index, of: current, in: target)
        }
    }

    /// Looks for a member with the step's name and a compatible type; answers the member's type (`bpf_core_match_member`).
    private mutating func descend(
        to step: Step, in type: TypeID, _ types: CompatibleTypes, _ budget: inout COREBudget, depth: Int
    ) throws(BTFError) -> TypeID? {
        guard depth < CORERelocation.maximumDepth else { throw BTFError(.malformed, "anonymous members nest too deeply") }
        let target = types.target
        let (resolved, header) = try target.resolvedHeader(of: type)
        guard header.isComposite, let name = step.name else { return nil }
        for index in 0..<header.count {
            let member = target.member(header, index)
            let (isEqual, length) = target.compare(member.name, with: types.local, name)
            try budget.spend(1 + length >> 4)
            if isEqual {
                guard try types.fields(types.local.member(types.local.header(of: step.type), step.index).type, member.type) else { return nil }
                try advance(bits: UInt64(member.offset))
                steps.append(Step(type: resolved, index: index, name: member.name))
                return member.type
            }
            guard !target.hasText(at: member.name) else { continue }
            var inner = self
            try inner.advance(bits: UInt64(member.offset))
            if let found = try inner.descend(to: step, in: member.type, types, &budget, depth: depth + 1) {
                self = inner
                return found
            }
        }
        return nil
    }

    /// The same enumerator in another enumeration, by its name without flavor; `nil` where that has none.
    init?(enumerator local: COREAccess, of root: TypeID, _ types: CompatibleTypes, _ budget: inout COREBudget) throws(BTFError) {
        self.init(root: root)
        let target = types.target
        let (id, header) = try target.resolvedHeader(of: root)
        guard header.isEnumeration, let name = local.steps.first?.name else { return nil }
        let wanted = try types.local.nameWithoutFlavor(at: name)
        let text = Array(wanted.utf8)
        for index in 0..<header.count {
            let offset = target.enumeratorName(header, index)
            try budget.spend(1 + text.count >> 4)
            guard target.nameWithoutFlavor(at: offset, is: text) else { continue }
            steps = [Step(type: id, index: index, name: offset)]
            return
        }
        return nil
    }
}
