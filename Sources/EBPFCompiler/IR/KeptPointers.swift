// SPDX-License-Identifier: Apache-2.0

/// Pointers in what maps keep: the verifier forgets what such a pointer led to, so that nothing can be read through it any more; user space has no use for it.
/// Addresses are kept as what they are: numbers, or what is read by copying (KernelPointer, UserPointer).
enum KeptPointers {
    /// The types that Swift and the kernel half's library have for pointers that the verifier must know.
    private static let types: Set<String> = [
        "UnsafePointer", "UnsafeMutablePointer", "UnsafeRawPointer", "UnsafeMutableRawPointer", "OpaquePointer", "TrustedPointer", "NullablePointer",
        "NullableBytes", "RCUPointer", "StaticString",
    ]

    /// Why a type is nothing that a map keeps; `nil` where it is.
    ///
    /// - Parameter word: `keys`, `values` or `records`.
    static func complaint(about type: Int?, _ word: String, _ reader: SwiftTypeReader, _ metadata: inout IRMetadata) -> String? {
        guard let found = pointer(in: type, reader, &metadata, depth: 0) else { return nil }
        let place = found.member.map { "a pointer in '\($0)'" } ?? "pointers"
        let what = found.type == "StaticString" ? "the text itself (CString)" : "the address (KernelPointer, or UInt), or what it leads to"
        return "keeps \(place) (\(found.type)) as its \(word), through which nothing can be read when it is taken out again; keep \(what)"
    }

    private static func pointer(
        in type: Int?, _ reader: SwiftTypeReader, _ metadata: inout IRMetadata, depth: Int
    ) -> (type: String, member: String?)? {
        guard depth < 8, let node = GlobalRules.unqualified(type, &metadata) else { return nil }
        let declared = metadata.node(node.reference("specification")) ?? node
        let module = metadata.node(declared.reference("scope"))?.text("name")
        let name = declared.text("name") ?? ""
        if module == "Swift" || module == "EBPFKernel", types.contains(name) { return (name, nil) }
        // What the library has is made for that.
        guard module != "EBPFKernel" else { return nil }
        if module == "Swift", name == "Optional" || name == "InlineArray" {
            let argument = name == "Optional" ? 0 : 1
            return pointer(in: reader.argumentNode(argument, node, &metadata), reader, &metadata, depth: depth + 1)
        }
        for element in metadata.node(declared.reference("elements"))?.references ?? [] {
            guard let member = metadata.node(element), member["tag"] == "DW_TAG_member" else { continue }
            guard let found = pointer(in: member.reference("baseType"), reader, &metadata, depth: depth + 1) else { continue }
            return (found.type, member.text("name") ?? found.member)
        }
        return nil
    }
}
