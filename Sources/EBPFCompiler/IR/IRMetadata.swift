// SPDX-License-Identifier: Apache-2.0

/// The numbered metadata of a module.
struct IRMetadata: Sendable {
    private var texts: [Int: String] = [:]
    private var nodes: [Int: MetadataNode] = [:]
    private var nextNumber = 0

    subscript(number: Int) -> String? {
        get { texts[number] }
        set {
            texts[number] = newValue
            nodes[number] = nil
            nextNumber = Swift.max(nextNumber, number + 1)
        }
    }

    /// Adds a node.
    ///
    /// - Returns: its number.
    mutating func add(_ text: String) -> Int {
        let number = nextNumber
        self[number] = text
        return number
    }

    /// A number for a node that will be set later, as cycles must.
    mutating func reserve() -> Int {
        nextNumber += 1
        return nextNumber - 1
    }

    /// A node, taken apart.
    mutating func node(_ number: Int?) -> MetadataNode? {
        guard let number, let text = texts[number] else { return nil }
        if let known = nodes[number] { return known }
        let node = MetadataNode(text)
        nodes[number] = node
        return node
    }

    var lines: [String] { texts.sorted { $0.key < $1.key }.map { "!\($0.key) = \($0.value)" } }
}

/// One node: `distinct !DISubprogram(name: "f", line: 3)`, or a list `!{!1, !2}`.
struct MetadataNode: Sendable {
    /// `DISubprogram`; empty for lists.
    let kind: String
    private let fields: [String: String]
    /// The elements of a list.
    let elements: [String]

    init(_ text: String) {
        var text = text[...]
        if text.hasPrefix("distinct ") { text = text.dropFirst("distinct ".count) }
        guard let open = text.utf8.firstIndex(where: { $0 == UInt8(ascii: "(") || $0 == UInt8(ascii: "{") }) else {
            (kind, fields, elements) = (String(text), [:], [])
            return
        }
        kind = String(text[..<open].dropFirst())
        let parts = IRText.split(text[text.index(after: open)...].dropLast())
        guard !kind.isEmpty else {
            (fields, elements) = ([:], parts.map(String.init))
            return
        }
        elements = []
        var fields: [String: String] = [:]
        for part in parts {
            guard let colon = part.utf8.firstIndex(of: UInt8(ascii: ":")) else { continue }
            fields[String(part[..<colon])] = String(part[colon...].dropFirst(2))
        }
        self.fields = fields
    }

    /// A field as it is written.
    subscript(field: String) -> String? { fields[field] }

    /// A field that is a text, without its quotes.
    func text(_ field: String) -> String? {
        guard let value = fields[field], value.utf8.first == UInt8(ascii: "\""), value.utf8.count >= 2 else { return nil }
        return Self.unescaped(value.dropFirst().dropLast())
    }

    /// LLVM writes bytes that are not printable as `\\C3`.
    private static func unescaped(_ text: Substring) -> String {
        guard text.utf8.contains(UInt8(ascii: "\\")), let bytes = IRConstant.characters(text) else { return String(text) }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// A field that is a number.
    func number(_ field: String) -> Int? { fields[field].flatMap { Int($0) } }

    /// A field that is another node.
    func reference(_ field: String) -> Int? { fields[field].flatMap(Self.reference) }

    /// The elements of a list that are other nodes.
    var references: [Int] { elements.compactMap(Self.reference) }

    private static func reference(_ text: String) -> Int? {
        text.utf8.first == UInt8(ascii: "!") ? Int(text.dropFirst()) : nil
    }
}
