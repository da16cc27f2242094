// SPDX-License-Identifier: Apache-2.0

/// Reads the types that Swift's debug information describes, as C would declare them.
///
/// Integers, pointers, arrays, strings of the kernel half's library and enumerations become what C has for them; a structure keeps its name and
/// members; its size is rounded up to its alignment, as in C. Where the members do not explain the size that Swift gives a type, as those of an enumeration with
/// values do not, the type becomes as many bytes of the same alignment.
struct SwiftTypeReader {
    private var types: [Int: KernelHalfTypes.ID] = [:]
    /// Structures by their mangled names, of which debug information may have several nodes.
    private var structures: [String: KernelHalfTypes.ID] = [:]

    /// The type behind a node; `nil` is `void`.
    mutating func type(_ number: Int?, _ metadata: inout IRMetadata, _ table: inout KernelHalfTypes) -> KernelHalfTypes.ID? {
        guard let number, let node = metadata.node(number) else { return nil }
        if let known = types[number] { return known }
        let type = read(number, node, &metadata, &table)
        types[number] = type
        return type
    }

    private mutating func read(
        _ number: Int, _ node: MetadataNode, _ metadata: inout IRMetadata, _ table: inout KernelHalfTypes
    ) -> KernelHalfTypes.ID? {
        switch node["tag"] {
        case "DW_TAG_pointer_type": return table.add(.pointer(to: type(node.reference("baseType"), &metadata, &table)))
        case "DW_TAG_array_type": return readArray(node, &metadata, &table)
        case "DW_TAG_enumeration_type": return readEnumeration(node, &metadata, &table)
        case "DW_TAG_structure_type": return readStructure(number, node, &metadata, &table)
        case "DW_TAG_union_type": return opaque(number, node, node.text("name") ?? "", &metadata, &table)
        default: break
        }
        if node.kind == "DIBasicType" { return basic(node, &table) }
        // const, typedef, volatile and the like.
        return type(node.reference("baseType"), &metadata, &table)
    }

    private func basic(_ node: MetadataNode, _ table: inout KernelHalfTypes) -> KernelHalfTypes.ID? {
        let count = (node.number("size") ?? 0) / 8
        switch node["encoding"] {
        case "DW_ATE_boolean": return table.add(.boolean)
        case "DW_ATE_signed_char", "DW_ATE_unsigned_char": return table.add(.character)
        case let encoding:
            let isSigned = encoding == "DW_ATE_signed"
            return integer(byteCount: count, isSigned: isSigned, &table)
        }
    }

    private func integer(byteCount: Int, isSigned: Bool, _ table: inout KernelHalfTypes) -> KernelHalfTypes.ID? {
        let names = [1: "char", 2: "short", 4: "int", 8: "long long", 16: "__int128"]
        guard let name = names[byteCount] else { return nil }
        let prefix = isSigned ? (byteCount == 1 ? "signed " : "") : "unsigned "
        return table.add(.integer(name: prefix + name, byteCount: byteCount, isSigned: isSigned))
    }

    private mutating func readArray(
        _ node: MetadataNode, _ metadata: inout IRMetadata, _ table: inout KernelHalfTypes
    ) -> KernelHalfTypes.ID? {
        guard let element = type(node.reference("baseType"), &metadata, &table) else { return nil }
        let ranges = metadata.node(node.reference("elements"))?.references ?? []
        let counts = ranges.compactMap { metadata.node($0)?.number("count") }
        return table.add(.array(of: element, count: counts.reduce(1, *)))
    }

    private mutating func readEnumeration(
        _ node: MetadataNode, _ metadata: inout IRMetadata, _ table: inout KernelHalfTypes
    ) -> KernelHalfTypes.ID? {
        let cases = (metadata.node(node.reference("elements"))?.references ?? []).compactMap { metadata.node($0)?.text("name") }
        return table.add(
            .enumeration(name: Self.identifier(node.text("name") ?? ""), byteCount: max(1, (node.number("size") ?? 8) / 8), cases: cases))
    }

    // MARK: Structures

    private mutating func readStructure(
        _ number: Int, _ node: MetadataNode, _ metadata: inout IRMetadata, _ table: inout KernelHalfTypes
    ) -> KernelHalfTypes.ID? {
        let generic = metadata.node(node.reference("specification"))
        let name = generic?.text("name") ?? node.text("name") ?? ""
        let module = metadata.node((generic ?? node).reference("scope"))?.text("name") ?? ""
        if module == "Swift" || module == "Builtin" || name.hasPrefix("$"),
            let known = readSwiftType(name, number, node, &metadata, &table)
        {
            return known.type
        }
        if module == "EBPFKernel", let known = readLibraryType(name, node, &metadata, &table) { return known }
        if Self.parameter(name) != nil, members(of: node, &metadata).isEmpty { return nil }
        return readMembers(number, name, node, generic, &metadata, &table)
    }

    /// The types of the standard library. The outer optional says whether it is one.
    private mutating func readSwiftType(
        _ name: String, _ number: Int, _ node: MetadataNode, _ metadata: inout IRMetadata, _ table: inout KernelHalfTypes
    ) -> (type: KernelHalfTypes.ID?, Void)? {
        switch name {
        case "Int8", "Int16", "Int32", "Int64", "Int", "Int128":
            return (integer(byteCount: Self.integerByteCount(name), isSigned: true, &table), ())
        case "UInt8", "UInt16", "UInt32", "UInt64", "UInt", "UInt128":
            return (integer(byteCount: Self.integerByteCount(name), isSigned: false, &table), ())
        case "Bool": return (table.add(.boolean), ())
        case "UnsafePointer", "UnsafeMutablePointer":
            return (table.add(.pointer(to: argument(0, node, &metadata, &table))), ())
        case "UnsafeRawPointer", "UnsafeMutableRawPointer", "OpaquePointer", "$eBpD": return (table.add(.pointer(to: nil)), ())
        case "Optional":
            guard let wrapped = argument(0, node, &metadata, &table) else { return (opaque(number, node, name, &metadata, &table), ()) }
            // Where the value has a pattern to spare, as pointers have, that says that there is none; else a byte behind it does.
            let size = table.swiftByteCount(wrapped)
            let count = Self.byteCount(node) ?? size
            if count == size || count == 0 { return (wrapped, ()) }
            if count != size + 1 { return (opaque(number, node, name, &metadata, &table), ()) }
            let byte = table.add(.integer(name: "unsigned char", byteCount: 1, isSigned: false))
            let alignment = table.alignment(wrapped)
            let members = [KernelHalfTypes.Member(name: "value", offset: 0, type: wrapped), .init(name: "is_none", offset: size, type: byte)]
            return (table.add(.structure(name: "", byteCount: (size + alignment) / alignment * alignment, members: members)), ())
        case "InlineArray":
            guard let member = members(of: node, &metadata).first else { return nil }
            return (type(metadata.node(member)?.reference("baseType"), &metadata, &table), ())
        case "$eytD": return (nil, ())
        default: return nil
        }
    }

    /// The size of an integer by its name: where only a function's answer has the type, debug information has no size.
    private static func integerByteCount(_ name: String) -> Int { (Int(name.drop { !$0.isNumber }) ?? 64) / 8 }

    /// The types of the kernel half's library that C has a word for.
    private mutating func readLibraryType(
        _ name: String, _ node: MetadataNode, _ metadata: inout IRMetadata, _ table: inout KernelHalfTypes
    ) -> KernelHalfTypes.ID? {
        switch name {
        case "KernelPointer", "TrustedPointer", "NullablePointer", "NullableBytes", "UserPointer":
            return table.add(.pointer(to: argument(0, node, &metadata, &table)))
        case "TracepointContext":
            return table.add(.pointer(to: argument(0, node, &metadata, &table)))
        case "RawTracepointContext", "BTFTracepointContext": return table.add(.pointer(to: table.unsigned64))
        case "SpinLock", "Timer": return verifierType(name, &table)
        case "KeptTask", "KeptCgroup": return keptReference(name, &table)
        // Without a name it goes with every enumeration.
        case "EnumerationField": return table.add(.enumeration(name: "", byteCount: 4, cases: []))
        case "CString": return table.add(.array(of: table.add(.character), count: (node.number("size") ?? 0) / 8))
        default: return nil
        }
    }

    /// A pointer that keeps a reference: the verifier knows it by its tag, and what it points to by its name alone. `kernel/bpf/btf.c`: `btf_find_kptr`.
    private func keptReference(_ name: String, _ table: inout KernelHalfTypes) -> KernelHalfTypes.ID? {
        let structure = table.add(.structure(name: name == "KeptTask" ? "task_struct" : "cgroup", byteCount: 0, members: []))
        return table.add(.pointer(to: table.add(.tagged("kptr", structure))))
    }

    /// What the verifier knows by its name in C: `include/uapi/linux/bpf.h`.
    private func verifierType(_ name: String, _ table: inout KernelHalfTypes) -> KernelHalfTypes.ID? {
        if name == "SpinLock" {
            return table.add(.structure(name: "bpf_spin_lock", byteCount: 4, members: [.init(name: "val", offset: 0, type: table.unsigned32)]))
        }
        let names = ["Timer": ("bpf_timer", 2)]
        guard let (name, count) = names[name] else { return nil }
        let words = table.add(.array(of: table.unsigned64, count: count))
        return table.add(.structure(name: name, byteCount: count * 8, members: [.init(name: "__opaque", offset: 0, type: words)]))
    }

    /// The type that a generic type was made for.
    mutating func argument(
        _ index: Int, _ node: MetadataNode, _ metadata: inout IRMetadata, _ table: inout KernelHalfTypes
    ) -> KernelHalfTypes.ID? {
        type(argumentNode(index, node, &metadata), &metadata, &table)
    }

    /// The number of the node of the type that a generic type was made for: it stands at the type or, where that has a specification, at its only element's.
    func argumentNode(_ index: Int, _ node: MetadataNode, _ metadata: inout IRMetadata) -> Int? {
        let list = arguments(of: node, &metadata)
        return list.indices.contains(index) ? list[index] : nil
    }

    private func arguments(of node: MetadataNode, _ metadata: inout IRMetadata) -> [Int?] {
        var list = metadata.node(node.reference("templateParams"))
        if list?.references.isEmpty ?? true, let made = made(node, &metadata) { list = metadata.node(made.reference("templateParams")) }
        return (list?.references ?? []).map { metadata.node($0)?.reference("type") }
    }

    /// What a type that has a specification was made of: the type of its only element.
    private func made(_ node: MetadataNode, _ metadata: inout IRMetadata) -> MetadataNode? {
        guard let only = members(of: node, &metadata).first else { return nil }
        return metadata.node(metadata.node(only)?.reference("baseType"))
    }

    private func members(of node: MetadataNode, _ metadata: inout IRMetadata) -> [Int] {
        metadata.node(node.reference("elements"))?.references ?? []
    }

    private mutating func readMembers(
        _ number: Int, _ name: String, _ node: MetadataNode, _ generic: MetadataNode?, _ metadata: inout IRMetadata, _ table: inout KernelHalfTypes
    ) -> KernelHalfTypes.ID? {
        let mangled = node.text("identifier") ?? generic.flatMap { _ in made(node, &metadata)?.text("name") ?? "\(number)" } ?? name
        if let known = structures[mangled] { return known }
        let id = table.reserve()
        structures[mangled] = id
        types[number] = id
        let arguments = generic == nil ? [] : arguments(of: node, &metadata)
        // Debug information does not count what Swift leaves out between members, so they are laid out here as Swift does: each at the next multiple of its
        // alignment.
        var result: [KernelHalfTypes.Member] = []
        var end = 0
        var isWhole = true
        for (index, member) in members(of: generic ?? node, &metadata).enumerated() {
            guard let member = metadata.node(member), member["tag"] == "DW_TAG_member" else {
                isWhole = isWhole && generic == nil
                continue
            }
            var base = member.reference("baseType")
            if generic != nil {
                if let position = metadata.node(base)?.text("name").flatMap(Self.parameter) {
                    base = arguments.indices.contains(position) ? arguments[position] : nil
                    isWhole = isWhole && base != nil
                } else if isMadeOfParameters(base, &metadata) {
                    isWhole = false
                    continue
                }
            }
            guard let type = type(base, &metadata, &table) else { continue }
            let fieldName = member.text("name").map(Self.identifier) ?? "field\(index)"
            let alignment = table.alignment(type)
            let offset = (end + alignment - 1) / alignment * alignment
            result.append(.init(name: fieldName, offset: offset, type: type))
            end = offset + table.swiftByteCount(type)
        }
        result = table.withoutOverlap(result)
        let isTuple = name.hasPrefix("$")
        let written = isTuple ? "" : fullName(node, &metadata)
        let alignment = result.map { table.alignment($0.type) }.max() ?? 1
        let byteCount = (end + alignment - 1) / alignment * alignment
        let structure = KernelHalfTypes.Kind.structure(name: written, byteCount: byteCount, members: result)
        let count = Self.byteCount(node) ?? end
        if isWhole, count != end, count == byteCount, !result.isEmpty {
            // A structure from C counts what pads it at its end.
            table.set(id, structure, swiftByteCount: count)
        } else if !isWhole || count != end, count > 0 {
            let own = payloadAlignment(of: node, &metadata, &table) ?? Self.likely(count)
            table.set(id, table.opaque(name: written, swiftByteCount: count, alignment: max(own, alignment)))
        } else if isTuple, let first = result.first, result.allSatisfy({ $0.type == first.type }),
            table.byteCount(first.type) == table.swiftByteCount(first.type)
        {
            // The elements of an array in C are padded at their ends, and the last of a tuple is not.
            table.set(id, .array(of: first.type, count: result.count))
        } else {
            table.set(id, structure)
        }
        return id
    }

    // MARK: Types that members do not explain

    /// What C has no word for: its bytes.
    private mutating func opaque(
        _ number: Int, _ node: MetadataNode, _ name: String, _ metadata: inout IRMetadata, _ table: inout KernelHalfTypes
    ) -> KernelHalfTypes.ID? {
        guard let count = Self.byteCount(node), count > 0 else { return nil }
        let id = table.reserve()
        types[number] = id
        let alignment = payloadAlignment(of: node, &metadata, &table) ?? Self.likely(count)
        table.set(id, table.opaque(name: Self.identifier(name), swiftByteCount: count, alignment: alignment))
        return id
    }

    /// The greatest alignment among the values that a type may hold: its members', its cases' and the types' that it was made for.
    private mutating func payloadAlignment(
        of node: MetadataNode, _ metadata: inout IRMetadata, _ table: inout KernelHalfTypes
    ) -> Int? {
        let generic = metadata.node(node.reference("specification"))
        var bases = arguments(of: node, &metadata)
        var pending = members(of: generic ?? node, &metadata)
        while let next = pending.popLast() {
            guard let member = metadata.node(next) else { continue }
            if member["tag"] == "DW_TAG_variant_part" {
                pending += members(of: member, &metadata)
            } else if member["tag"] == "DW_TAG_member", let base = member.reference("baseType"),
                generic == nil || !isMadeOfParameters(base, &metadata)
            {
                bases.append(base)
            }
        }
        var result: Int?
        for base in bases {
            // A type without bytes has no say.
            guard let type = type(base, &metadata, &table), table.byteCount(type) > 0 else { continue }
            result = max(result ?? 1, table.alignment(type))
        }
        return result
    }

    /// The alignment of a type of which only the size is known.
    private static func likely(_ byteCount: Int) -> Int {
        [8, 4, 2].first { $0 <= byteCount } ?? 1
    }

    /// How many bytes debug information says that Swift takes for a type.
    private static func byteCount(_ node: MetadataNode) -> Int? {
        node.number("size").map { ($0 + 7) / 8 }
    }

    /// Whether a generic type's member has a type that depends on what the generic type is made for: debug information gives it no size.
    private func isMadeOfParameters(_ number: Int?, _ metadata: inout IRMetadata) -> Bool {
        guard let node = metadata.node(number) else { return false }
        switch node["tag"] {
        case "DW_TAG_typedef", "DW_TAG_const_type": return isMadeOfParameters(node.reference("baseType"), &metadata)
        case "DW_TAG_structure_type":
            let name = (metadata.node(node.reference("specification")) ?? node).text("name") ?? ""
            let pointers = [
                "UnsafePointer", "UnsafeMutablePointer", "KernelPointer", "TrustedPointer", "NullablePointer", "NullableBytes", "UserPointer",
                "KeptTask", "KeptCgroup",
            ]
            return node.number("size") == nil && !pointers.contains(name)
        default: return false
        }
    }

    /// Which of a generic type's parameters a name of debug information stands for: `$exD` is the first, `$eq_D` the second, `$eq0_D` the third.
    private static func parameter(_ name: String) -> Int? {
        guard name.hasPrefix("$e"), name.hasSuffix("D") else { return nil }
        let name = name.dropFirst(2).dropLast()
        if name == "x" { return 0 }
        if name == "q_" { return 1 }
        guard name.hasPrefix("q"), name.hasSuffix("_") else { return nil }
        return Int(name.dropFirst().dropLast()).map { $0 + 2 }
    }

    /// A type's name with those of the types that it was made for, since each such type is another structure.
    private func fullName(_ node: MetadataNode, _ metadata: inout IRMetadata) -> String {
        guard let generic = metadata.node(node.reference("specification")) else { return Self.identifier(node.text("name") ?? "") }
        let names = arguments(of: node, &metadata).map { argument in metadata.node(argument).map { fullName($0, &metadata) } ?? "" }
        return ([Self.identifier(generic.text("name") ?? "")] + names).joined(separator: "_")
    }

    /// A name that C takes: what is none of its characters becomes an underscore.
    static func identifier(_ name: String) -> String {
        String(name.map { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_") ? $0 : "_" })
    }
}
