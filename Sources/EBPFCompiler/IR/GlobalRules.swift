// SPDX-License-Identifier: Apache-2.0

/// What cannot be a global of a kernel half, and what must be one.
enum GlobalRules {
    /// What is wrong with a global of this type; `nil` where nothing is.
    static func complaint(about global: IRGlobal, _ name: String, type: Int?, _ metadata: inout IRMetadata) -> String? {
        guard let node = unqualified(type, &metadata) else { return nil }
        // What Swift keeps of an object is its address.
        let generic = metadata.node(node.reference("specification"))
        if global.definition.contains(" global ptr "), node["tag"] == "DW_TAG_structure_type", let type = (generic ?? node).text("name") {
            return
                "an object of class '\(type)' needs memory from a heap, which the kernel does not give to eBPF programs; use a structure, and a map "
                + "for what is to be kept"
        }
        guard !isMap(node, &metadata), let member = mapMember(of: node, &metadata, depth: 0) else { return nil }
        return "'\(name)' holds the map '\(member.name)', and the object knows maps by names of their own; make it a global or a static member: "
            + "let \(member.name) = \(member.type)<...>(...)"
    }

    /// A type without `const` and other names for it.
    static func unqualified(_ type: Int?, _ metadata: inout IRMetadata) -> MetadataNode? {
        var node = metadata.node(type)
        while let current = node, current["tag"] == "DW_TAG_const_type" || current["tag"] == "DW_TAG_typedef" {
            node = metadata.node(current.reference("baseType"))
        }
        return node
    }

    private static func isMap(_ node: MetadataNode, _ metadata: inout IRMetadata) -> Bool { mapName(node, &metadata) != nil }

    /// What a map is called in the kernel half's library; `nil` for what is none.
    static func mapName(_ node: MetadataNode, _ metadata: inout IRMetadata) -> String? {
        let declared = metadata.node(node.reference("specification")) ?? node
        guard metadata.node(declared.reference("scope"))?.text("name") == "EBPFKernel" else { return nil }
        return declared.text("name").flatMap { MapTypes.all[$0] == nil ? nil : $0 }
    }

    private static func mapMember(of node: MetadataNode, _ metadata: inout IRMetadata, depth: Int) -> (name: String, type: String)? {
        guard depth < 8 else { return nil }
        for element in metadata.node(node.reference("elements"))?.references ?? [] {
            guard let member = metadata.node(element), member["tag"] == "DW_TAG_member",
                let type = unqualified(member.reference("baseType"), &metadata)
            else { continue }
            if let map = mapName(type, &metadata) { return (member.text("name") ?? "", map) }
            if let inside = mapMember(of: type, &metadata, depth: depth + 1) { return inside }
        }
        return nil
    }

    /// What is wrong with what never changes and holds addresses: the object's data cannot, since nobody puts addresses in there when it is loaded.
    static func complaint(aboutConstant definition: String, _ name: String) -> String? {
        guard let value = definition[...].range(of: "constant "), IRText.splitLiteral(definition[value.upperBound...]).code.contains("ptr @") else {
            return nil
        }
        return
            "'\(name)' holds addresses, as StaticString and pointers are, and the object's data cannot; use elements that are the text itself, as CString<16>(\"text\"), or a switch"
    }

    /// What is to be said of a variable that Swift 6 refuses where it compiles the same source for this machine, in words of data races that no kernel half
    /// has; `nil` of one whose author has answered that, and of what never changes.
    static func warning(aboutVariable name: String, _ type: String, declaredIn line: String) -> String? {
        guard line.contains("var \(name)"), !line.contains("nonisolated(unsafe)") else { return nil }
        let known = SwiftTypeReader.identifier(type) == type ? type : "TYPE"
        return
            "'\(name)' is a variable of Swift's, which Swift 6 refuses outside of the kernel; in a kernel half write \(line.contains("static ") ? "static let" : "let") \(name) = Variable<\(known)>(...) and "
            + "\(name).value, which user space reads and sets by its name"
    }

    /// What is wrong with a name that the object is to have; `nil` where nothing is.
    ///
    /// The kernel takes only C's identifiers (`btf_name_valid_identifier` in `kernel/bpf/btf.c`).
    static func complaint(aboutName name: String) -> String? {
        guard SwiftTypeReader.identifier(name) != name || name.first?.isNumber == true else { return nil }
        return "'\(name)' is a name that the kernel does not take: those of programs, maps and variables are made of a to z, A to Z, 0 to 9 and _"
    }
}
