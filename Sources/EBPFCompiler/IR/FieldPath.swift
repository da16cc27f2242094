// SPDX-License-Identifier: Apache-2.0

/// The way to a field, as CO-RE spells it: the numbers of the members, from the outermost structure on.
struct FieldPath {
    private let indices: [Int]
    private let structure: String
    private let field: KernelHalfTypes.ID?

    /// The way to the field of a type at an offset; `nil` where there is none.
    init?(_ offset: Int, _ field: KernelHalfTypes.ID?, in type: KernelHalfTypes.ID, _ types: KernelHalfTypes) {
        guard case .structure(let name, _, _) = types[type] else { return nil }
        var (indices, rest, current) = ([Int](), offset, type)
        repeat {
            switch types[current] {
            case .structure(_, _, let members):
                guard
                    let index = members.lastIndex(where: { $0.offset <= rest && (rest < $0.offset + types.byteCount($0.type) || $0.offset == rest) })
                else { return nil }
                indices.append(index)
                rest -= members[index].offset
                current = members[index].type
            case .array(let element, _):
                let size = types.byteCount(element)
                guard size > 0 else { return nil }
                indices.append(rest / size)
                rest %= size
                current = element
            default: return nil
            }
        } while !(rest == 0 && (field == nil || current == field))
        self.indices = indices
        structure = name
        self.field = field
    }

    /// The name of the global that LLVM's back end makes the record of: `llvm.task_struct:0:8$0:2`.
    func name(kind: Int, value: Int, _ types: KernelHalfTypes) -> String {
        "llvm.\(structure):\(kind):\(value)$0\(indices.map { ":\($0)" }.joined())"
    }

    /// What the answer is for the structure as it was declared.
    func value(kind: Int, _ types: KernelHalfTypes) -> Int {
        let size = field.map(types.byteCount) ?? 8
        switch kind {
        case 1: return size
        case 4, 5: return 64 - size * 8
        case 3:
            if let field, case .integer(_, _, let isSigned) = types[field] { return isSigned ? 1 : 0 }
            return 0
        default: return 1
        }
    }
}
