// SPDX-License-Identifier: Apache-2.0

/// Writes types as the debug information of C, from which clang makes the object's BTF.
struct DebugTypeWriter {
    private var written: [KernelHalfTypes.ID: Int] = [:]

    /// The number of a type's node; `nil`, which is `void`, stays that.
    mutating func node(_ type: KernelHalfTypes.ID?, _ table: KernelHalfTypes, _ metadata: inout IRMetadata) -> Int? {
        guard let type else { return nil }
        if case .tagged(_, let inner) = table[type] { return node(inner, table, &metadata) }
        if let known = written[type] { return known }
        let number = metadata.reserve()
        written[type] = number
        metadata[number] = text(type, number, table, &metadata)
        return number
    }

    /// A reference to a type as it is written in another node.
    mutating func reference(_ type: KernelHalfTypes.ID?, _ table: KernelHalfTypes, _ metadata: inout IRMetadata) -> String {
        node(type, table, &metadata).map { "!\($0)" } ?? "null"
    }

    private mutating func text(_ type: KernelHalfTypes.ID, _ number: Int, _ table: KernelHalfTypes, _ metadata: inout IRMetadata) -> String {
        switch table[type] {
        case .integer(let name, let byteCount, let isSigned):
            let one = byteCount == 1 ? "_char" : ""
            return "!DIBasicType(name: \"\(name)\", size: \(byteCount * 8), encoding: DW_ATE_\(isSigned ? "signed" : "unsigned")\(one))"
        case .boolean: return "!DIBasicType(name: \"_Bool\", size: 8, encoding: DW_ATE_boolean)"
        case .character: return "!DIBasicType(name: \"char\", size: 8, encoding: DW_ATE_signed_char)"
        case .pointer(let target?) where table.tag(of: target) != nil:
            // clang has the tag at the pointer, and BTF at what it points to.
            let tag = metadata.add("!{!\"btf_type_tag\", !\"\(table.tag(of: target) ?? "")\"}")
            let tags = metadata.add("!{!\(tag)}")
            return
                "!DIDerivedType(tag: DW_TAG_pointer_type, baseType: \(reference(target, table, &metadata)), size: 64, annotations: !\(tags))"
        case .pointer(let target):
            return "!DIDerivedType(tag: DW_TAG_pointer_type, baseType: \(reference(target, table, &metadata)), size: 64)"
        case .array(let element, let count):
            let range = metadata.add("!DISubrange(count: \(count))")
            let elements = metadata.add("!{!\(range)}")
            return
                "!DICompositeType(tag: DW_TAG_array_type, baseType: \(reference(element, table, &metadata)), size: \(table.byteCount(type) * 8), elements: !\(elements))"
        case .structure(let name, let byteCount, let members):
            let elements = members.map { member -> String in
                let base = reference(member.type, table, &metadata)
                let node = metadata.add(
                    "!DIDerivedType(tag: DW_TAG_member, name: \"\(member.name)\", baseType: \(base), size: \(table.byteCount(member.type) * 8), offset: \(member.offset * 8))"
                )
                return "!\(node)"
            }
            let list = metadata.add("!{\(elements.joined(separator: ", "))}")
            let named = name.isEmpty ? "" : "name: \"\(name)\", "
            return "distinct !DICompositeType(tag: DW_TAG_structure_type, \(named)size: \(byteCount * 8), elements: !\(list))"
        case .enumeration(let name, let byteCount, let cases):
            let elements = cases.enumerated().map { "!\(metadata.add("!DIEnumerator(name: \"\($0.element)\", value: \($0.offset))"))" }
            let list = metadata.add("!{\(elements.joined(separator: ", "))}")
            let base = reference(nil, table, &metadata)
            return
                "!DICompositeType(tag: DW_TAG_enumeration_type, name: \"\(name)\", baseType: \(base), size: \(byteCount * 8), elements: !\(list))"
        case .number(let name, let value, let integer):
            let list = metadata.add("!{!\(metadata.add("!DIEnumerator(name: \"\(name)\", value: \(value), isUnsigned: true)"))}")
            let base = reference(integer, table, &metadata)
            return "!DICompositeType(tag: DW_TAG_enumeration_type, baseType: \(base), size: 64, elements: !\(list))"
        case .tagged(_, let inner): return text(inner, number, table, &metadata)
        case .function(let result):
            let types = metadata.add("!{\(reference(result, table, &metadata))}")
            return "!DISubroutineType(types: !\(types))"
        case .constant(let inner):
            let volatile = metadata.add("!DIDerivedType(tag: DW_TAG_volatile_type, baseType: \(reference(inner, table, &metadata)))")
            return "!DIDerivedType(tag: DW_TAG_const_type, baseType: !\(volatile))"
        }
    }
}
