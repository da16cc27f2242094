// SPDX-License-Identifier: Apache-2.0

import BTF

/// Whether a type of an object may stand for one of a kernel. The rules are those of libbpf's `relo_core.c`.
struct CompatibleTypes {
    let local: BTF
    let target: BTF

    /// Whether a field of one type may be read as one of the other (`bpf_core_fields_are_compat`).
    ///
    /// Structs and unions always may, since their own members are matched by name; so may pointers and integers of any width.
    /// Enums and forward declarations need the same name, unless one has none.
    func fields(_ localType: TypeID, _ targetType: TypeID) throws(BTFError) -> Bool {
        var left = localType
        var right = targetType
        for _ in 0..<CORERelocation.maximumDepth {
            let (own, theirs) = (try local.resolvedHeader(of: left).header, try target.resolvedHeader(of: right).header)
            if own.isComposite, theirs.isComposite { return true }
            guard areAlike(own, theirs) else { return false }
            switch own.kind {
            case .pointer, .floatingPoint: return true
            case .integer: return areWhole(own, theirs)
            case .enumeration, .enumeration64, .forward:
                guard local.hasText(at: own.nameOffset), target.hasText(at: theirs.nameOffset) else { return true }
                return try names(own.nameOffset, theirs.nameOffset)
            case .array:
                left = local.array(own).element
                right = target.array(theirs).element
            default: return false
            }
        }
        return false
    }

    /// Whether two types are of the same shape (`bpf_core_types_are_compat`): what most relocations about whole types ask.
    ///
    /// - Throws: ``BTFError`` for types that nest more than 32 deep.
    func types(_ localType: TypeID, _ targetType: TypeID, _ budget: inout COREBudget) throws(BTFError) -> Bool {
        try types(localType, targetType, level: Self.maximumDepth, &budget)
    }

    private func types(_ localType: TypeID, _ targetType: TypeID, level: Int, _ budget: inout COREBudget) throws(BTFError) -> Bool {
        guard level >= 0 else { throw Self.tooDeep }
        var left = localType
        var right = targetType
        for _ in 0..<Self.maximumDepth {
            try budget.spend()
            let (own, theirs) = (try local.resolvedHeader(of: left).header, try target.resolvedHeader(of: right).header)
            guard areAlike(own, theirs) else { return false }
            switch own.kind {
            case .void, .structure, .union, .enumeration, .enumeration64, .forward: return true
            case .integer: return areWhole(own, theirs)
            case .pointer: (left, right) = (TypeID(own.sizeOrType), TypeID(theirs.sizeOrType))
            case .array: (left, right) = (local.array(own).element, target.array(theirs).element)
            case .prototype:
                guard own.count == theirs.count else { return false }
                for index in 0..<own.count {
                    guard try types(local.parameter(own, index), target.parameter(theirs, index), level: level - 1, &budget) else { return false }
                }
                (left, right) = (TypeID(own.sizeOrType), TypeID(theirs.sizeOrType))
            default: return false
            }
        }
        throw Self.tooDeep
    }

    /// Whether two types are of the same kind, enumerations of any width taken for one (`btf_kind_core_compat`).
    func areAlike(_ own: BTF.Header, _ theirs: BTF.Header) -> Bool {
        own.kind == theirs.kind || own.isEnumeration && theirs.isEnumeration
    }

    /// Integers that begin inside of their bytes are bitfields of old compilers, which CO-RE does not know.
    private func areWhole(_ own: BTF.Header, _ theirs: BTF.Header) -> Bool {
        local.integer(own).bitOffset == 0 && target.integer(theirs).bitOffset == 0
    }

    /// Whether two names are the same when their flavors are taken away (`bpf_core_names_match`).
    func names(_ own: UInt32, _ theirs: UInt32) throws(BTFError) -> Bool {
        guard local.hasText(at: own), target.hasText(at: theirs) else { return local.hasText(at: own) == target.hasText(at: theirs) }
        if local.compare(own, with: target, theirs).isEqual { return true }
        return try local.nameWithoutFlavor(at: own) == target.nameWithoutFlavor(at: theirs)
    }

    static let maximumDepth = 32
    static let tooDeep = BTFError(.malformed, "the types nest more than \(maximumDepth) deep, which is more than can be compared")
}
