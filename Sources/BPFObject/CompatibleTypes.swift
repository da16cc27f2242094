// SPDX-License-Identifier: Apache-2.0

import BTF

/// Whether a type of an object may stand for one of a kernel. The rules are those of libbpf's `relo_core.c`.
struct CompatibleTypes {
    let local: BTF
    let target: BTF

    /// Whether a field of one type may be read as one of the other.
    ///
    /// Structs and unions always may, since their own members are matched by name; so may pointers and integers of any width.
    /// Enums and forward declarations need the same name, unless one has none.
    func fields(_ localType: TypeID, _ targetType: TypeID) throws(BTFError) -> Bool {
        var left = localType
        var right = targetType
        for _ in 0..<CORERelocation.maximumDepth {
            let (leftID, leftType) = try local.resolve(left)
            let (rightID, rightType) = try target.resolve(right)
            switch (leftType, rightType) {
            case (.composite, .composite), (.pointer, .pointer), (.floatingPoint, .floatingPoint): return true
            case (.integer(let left), .integer(let right)): return left.bitOffset == 0 && right.bitOffset == 0
            case (.enumeration, .enumeration), (.forward, .forward):
                let leftName = essentialName(try local.name(of: leftID))
                let rightName = essentialName(try target.name(of: rightID))
                return leftName.isEmpty || rightName.isEmpty || leftName == rightName
            case (.array(let leftArray), .array(let rightArray)):
                left = leftArray.element
                right = rightArray.element
            default: return false
            }
        }
        return false
    }

    /// Whether two types are of the same shape: what relocations about whole types ask.
    func types(_ localType: TypeID, _ targetType: TypeID) throws(BTFError) -> Bool {
        // Prototypes can nest so that there are exponentially many pairs to compare.
        var budget = 10_000
        return try types(localType, targetType, depth: 32, budget: &budget)
    }

    private func types(_ localType: TypeID, _ targetType: TypeID, depth: Int, budget: inout Int) throws(BTFError) -> Bool {
        budget -= 1
        guard depth > 0, budget > 0 else { return false }
        let (_, leftType) = try local.resolve(localType)
        let (_, rightType) = try target.resolve(targetType)
        switch (leftType, rightType) {
        case (.void, .void), (.enumeration, .enumeration), (.forward, .forward): return true
        case (.composite(let left), .composite(let right)): return left.isUnion == right.isUnion
        case (.integer(let left), .integer(let right)): return left.bitOffset == 0 && right.bitOffset == 0
        case (.pointer(let left), .pointer(let right)): return try types(left, right, depth: depth - 1, budget: &budget)
        case (.array(let left), .array(let right)): return try types(left.element, right.element, depth: depth - 1, budget: &budget)
        case (.prototype(let left, let leftParameters), .prototype(let right, let rightParameters)):
            guard leftParameters.count == rightParameters.count else { return false }
            for (left, right) in zip(leftParameters, rightParameters) {
                guard try types(left.type, right.type, depth: depth - 1, budget: &budget) else { return false }
            }
            return try types(left, right, depth: depth - 1, budget: &budget)
        default: return false
        }
    }
}
