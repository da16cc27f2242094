// SPDX-License-Identifier: Apache-2.0

import BTF

extension CompatibleTypes {
    /// Whether all that the object's type declares is in the kernel's as well (`bpf_core_types_match`), which `bpf_core_type_matches` asks.
    ///
    /// Typedefs and qualifiers do not count. Integers must agree in name, size and sign; arrays in the number of elements; prototypes in
    /// the number of parameters. Each member of a structure must have one of the same name that matches, each enumerator one of the same
    /// name in an enumeration of the same size. Behind a pointer, name and kind of a structure are enough, and a forward declaration stands
    /// for it.
    ///
    /// - Throws: ``BTFError`` for types that nest more than 32 deep, or would take too long to compare.
    func match(_ localType: TypeID, _ targetType: TypeID, _ budget: inout COREBudget) throws(BTFError) -> Bool {
        try match(localType, targetType, isBehindPointer: false, level: Self.maximumDepth, &budget)
    }

    private func match(
        _ localType: TypeID, _ targetType: TypeID, isBehindPointer: Bool, level: Int, _ budget: inout COREBudget
    ) throws(BTFError) -> Bool {
        guard level > 0 else { throw Self.tooDeep }
        var (left, right, isBehindPointer) = (localType, targetType, isBehindPointer)
        for _ in 0..<Self.maximumDepth {
            try budget.spend(Self.stepsOfName)
            let (own, theirs) = (try local.resolvedHeader(of: left).header, try target.resolvedHeader(of: right).header)
            guard try names(own.nameOffset, theirs.nameOffset) else { return false }
            switch own.kind {
            case .void: return theirs.kind == .void
            case .forward: return isDeclared(own, as: theirs, isBehindPointer)
            case .enumeration, .enumeration64: return theirs.isEnumeration ? try enumerations(own, theirs, &budget) : false
            case .structure, .union:
                if isBehindPointer {
                    // Of a forward declaration, the flag says that it is one of a union.
                    return own.kind == theirs.kind || theirs.kind == .forward && (own.kind == .union) == theirs.flag
                }
                return own.kind == theirs.kind ? try composites(own, theirs, level, &budget) : false
            case .integer:
                return theirs.kind == .integer && own.sizeOrType == theirs.sizeOrType
                    && local.integer(own).isSigned == target.integer(theirs).isSigned
            case .pointer:
                guard theirs.kind == .pointer else { return false }
                isBehindPointer = true
                (left, right) = (TypeID(own.sizeOrType), TypeID(theirs.sizeOrType))
            case .array:
                guard theirs.kind == .array, local.array(own).count == target.array(theirs).count else { return false }
                (left, right) = (local.array(own).element, target.array(theirs).element)
            case .prototype:
                guard theirs.kind == .prototype, own.count == theirs.count else { return false }
                for index in 0..<own.count {
                    let (own, theirs) = (local.parameter(own, index), target.parameter(theirs, index))
                    guard try match(own, theirs, isBehindPointer: isBehindPointer, level: level - 1, &budget) else { return false }
                }
                (left, right) = (TypeID(own.sizeOrType), TypeID(theirs.sizeOrType))
            default: return false
            }
        }
        throw Self.tooDeep
    }

    private func isDeclared(_ own: BTF.Header, as theirs: BTF.Header, _ isBehindPointer: Bool) -> Bool {
        if theirs.kind == .forward { return own.flag == theirs.flag }
        return isBehindPointer && theirs.kind == (own.flag ? .union : .structure)
    }

    private func enumerations(_ own: BTF.Header, _ theirs: BTF.Header, _ budget: inout COREBudget) throws(BTFError) -> Bool {
        guard own.sizeOrType == theirs.sizeOrType, own.count <= theirs.count else { return false }
        try budget.spend(Self.stepsOfName * (own.count + theirs.count))
        var known: Set<String> = []
        for index in 0..<theirs.count { known.insert(try target.nameWithoutFlavor(at: target.enumeratorName(theirs, index))) }
        for index in 0..<own.count where !known.contains(try local.nameWithoutFlavor(at: local.enumeratorName(own, index))) { return false }
        return true
    }

    private func composites(_ own: BTF.Header, _ theirs: BTF.Header, _ level: Int, _ budget: inout COREBudget) throws(BTFError) -> Bool {
        guard own.count <= theirs.count else { return false }
        try budget.spend(Self.stepsOfName * (own.count + theirs.count))
        // Several may have one name: anonymous ones have none, and flavors do not count.
        var known: [String: [TypeID]] = [:]
        for index in 0..<theirs.count {
            let member = target.member(theirs, index)
            known[try target.nameWithoutFlavor(at: member.name), default: []].append(member.type)
        }
        for index in 0..<own.count {
            let member = local.member(own, index)
            var isMatched = false
            for candidate in known[try local.nameWithoutFlavor(at: member.name)] ?? [] where !isMatched {
                isMatched = try match(member.type, candidate, isBehindPointer: false, level: level - 1, &budget)
            }
            guard isMatched else { return false }
        }
        return true
    }

    /// What a name that is copied costs.
    private static let stepsOfName = 16
}
