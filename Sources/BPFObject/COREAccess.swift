// SPDX-License-Identifier: Apache-2.0

import BTF

/// A path into a type of one BTF: through which members and elements it goes, and where it ends.
struct COREAccess: Sendable {
    struct Step: Sendable {
        /// The struct, union or enum that the step is taken in, or the type of the element for a step in an array.
        var type: TypeID
        var index: Int
        /// The name of the member or enumerator; `nil` for an element of an array.
        var name: String?
    }

    let root: TypeID
    var steps: [Step] = []
    /// The distance of the path's end from its start in bits.
    var bitOffset: UInt64 = 0

    /// How many members may still be looked at: anonymous members can nest so that there are exponentially many.
    private var budget = 100_000

    init(root: TypeID) {
        self.root = root
    }

    /// Moves on by `count` values of a type.
    mutating func advance(by count: Int, of type: TypeID, in btf: BTF) throws(BTFError) {
        let size = UInt64(try btf.byteCount(of: type)) * 8
        let (distance, overflow) = size.multipliedReportingOverflow(by: UInt64(clamping: count))
        try advance(bits: overflow ? .max : distance)
    }

    mutating func advance(bits: UInt64) throws(BTFError) {
        let (sum, overflow) = bitOffset.addingReportingOverflow(bits)
        guard !overflow, sum <= UInt64(UInt32.max) * 8 else { throw BTFError(.malformed, "a path leads further than 2^32 bytes") }
        bitOffset = sum
    }
}

extension COREAccess {
    /// Follows a relocation's path through the object's own types.
    init(local relocation: CORERelocation, in btf: BTF) throws(BTFError) {
        self.init(root: relocation.root)
        let (start, type) = try btf.resolve(relocation.root)
        guard relocation.kind.isAboutField || relocation.kind.isAboutEnumValue else { return }
        if relocation.kind.isAboutEnumValue {
            guard case .enumeration(let enumeration) = type, enumeration.values.indices.contains(relocation.path[0]) else {
                throw BTFError(.malformed, "a relocation about an enumerator leads to type \(start.rawValue), which has none")
            }
            steps = [Step(type: start, index: relocation.path[0], name: enumeration.values[relocation.path[0]].name)]
            return
        }
        // The first index is that of an element, as if the root were an array; nearly always 0.
        steps = [Step(type: start, index: relocation.path[0])]
        try advance(by: relocation.path[0], of: start, in: btf)
        var current = start
        for index in relocation.path.dropFirst() {
            current = try step(index, from: current, in: btf)
        }
    }

    /// Takes one step of the object's own path; answers the type that it leads to.
    private mutating func step(_ index: Int, from type: TypeID, in btf: BTF) throws(BTFError) -> TypeID {
        let (resolved, description) = try btf.resolve(type)
        switch description {
        case .composite(let composite):
            guard composite.members.indices.contains(index) else {
                throw BTFError(.malformed, "a path leads to member \(index) of '\(composite.name)', which has \(composite.members.count)")
            }
            let member = composite.members[index]
            // Anonymous members only lead on to the named ones inside of them; the kernel may have others.
            if !member.name.isEmpty { steps.append(Step(type: resolved, index: index, name: member.name)) }
            try advance(bits: UInt64(member.bitOffset))
            return member.type
        case .array(let array):
            let (element, _) = try btf.resolve(array.element)
            steps.append(Step(type: element, index: index))
            try advance(by: index, of: element, in: btf)
            return element
        default:
            throw BTFError(.malformed, "a path leads into type \(resolved.rawValue), which has no parts")
        }
    }
}

extension COREAccess {
    /// Follows the same path through another BTF, by names; `nil` where a step has no counterpart there.
    ///
    /// The rules are those of libbpf's `bpf_core_spec_match`: members are found by name, also inside of anonymous ones;
    /// elements must lie inside of their array unless it is the last member of a struct, which may be longer than it says.
    init?(matching local: COREAccess, from root: TypeID, in target: BTF, localTypes: BTF) throws(BTFError) {
        self.init(root: root)
        var current = try target.resolve(root).id
        for (position, step) in local.steps.enumerated() {
            if step.name != nil {
                let matching = CompatibleTypes(local: localTypes, target: target)
                guard let next = try descend(to: step, in: current, target, matching, depth: 0) else { return nil }
                current = next
            } else if position == 0 {
                steps.append(Step(type: current, index: step.index))
                try advance(by: step.index, of: current, in: target)
            } else {
                let (_, type) = try target.resolve(current)
                guard case .array(let array) = type else { return nil }
                let isFlexible = try isFlexible(array, in: target)
                guard step.index < Int(array.count) || isFlexible else { return nil }
                current = try target.resolve(array.element).id
                steps.append(Step(type: current, index: step.index))
                try advance(by: step.index, of: current, in: target)
            }
        }
    }

    /// Whether the path so far ends at the last member of a struct, an array without elements.
    private func isFlexible(_ array: ArrayType, in btf: BTF) throws(BTFError) -> Bool {
        guard array.count == 0, let last = steps.last, last.name != nil,
            case .composite(let composite) = try btf.type(last.type)
        else { return false }
        return !composite.isUnion && last.index == composite.members.count - 1
    }

    /// Looks for a member with the step's name and a compatible type; answers the member's type.
    private mutating func descend(
        to step: Step, in type: TypeID, _ target: BTF, _ matching: CompatibleTypes, depth: Int
    ) throws(BTFError) -> TypeID? {
        guard depth < CORERelocation.maximumDepth else { throw BTFError(.malformed, "anonymous members nest too deeply") }
        let (resolved, description) = try target.resolve(type)
        guard case .composite(let composite) = description else { return nil }
        for (index, member) in composite.members.enumerated() {
            budget -= 1
            guard budget > 0 else { throw BTFError(.malformed, "anonymous members have too many members") }
            if member.name.isEmpty {
                var inner = self
                try inner.advance(bits: UInt64(member.bitOffset))
                if let found = try inner.descend(to: step, in: member.type, target, matching, depth: depth + 1) {
                    self = inner
                    return found
                }
                budget = inner.budget
            } else if member.name == step.name {
                guard case .composite(let localType) = try matching.local.type(step.type), localType.members.indices.contains(step.index),
                    try matching.fields(localType.members[step.index].type, member.type)
                else { return nil }
                try advance(bits: UInt64(member.bitOffset))
                steps.append(Step(type: resolved, index: index, name: member.name))
                return member.type
            }
        }
        return nil
    }
}
