// SPDX-License-Identifier: Apache-2.0

import Bytes

/// The text of declarations.
extension SwiftPrinter {
    mutating func print(composite type: TypeID, _ header: BTF.Header, _ name: String) throws(BTFError) {
        let plan = try plan(of: header, name, depth: 0)
        let word = header.kind == .union ? "union" : "struct"
        put("\n/// `\(word) \(name)`, \(header.sizeOrType) bytes.\npublic struct \(name): BitwiseCopyable, Sendable {\n")
        if plan.isOpaque, header.sizeOrType > 0 {
            let unit = plan.alignment
            put("    private var _storage: InlineArray<\(header.sizeOrType / unit), UInt\(8 * unit)> = InlineArray(repeating: 0)\n")
        }
        var paddings = 0
        for field in plan.fields { put(field, &paddings) }
        var taken = Set(plan.fields.compactMap(\.name))
        for (name, type) in plan.anonymous where taken.contains(name) { try put(membersOf: type, at: name, &taken, depth: 0) }
        put("    /// All bytes are zero.\n    public init() {}\n}\n")
    }

    private mutating func put(_ field: Field, _ paddings: inout Int) {
        switch field {
        case .stored(let name, let form):
            put(note: form)
            put("    public var \(name): \(form.text) = \(form.zero)\n")
        case .padding(let count):
            let form = bytes(count)
            put("    private var _padding\(paddings)_: \(form.text) = \(form.zero)\n")
            paddings += 1
        case .accessor(let name, let form, let offset):
            put(note: form)
            put(name, form.text, get: "_readField(self, \(offset))", set: "_writeField(newValue, to: &self, \(offset))")
        case .bits(let name, let form, let offset, let count, let isSigned):
            put("    /// \(count) bits.\n")
            put(bits: name, form, "\(offset), \(count)", unused: 64 - Int(count), isSigned)
        case .note(let text): put("    // \(text)\n")
        }
    }

    private mutating func put(bits name: String, _ form: Form, _ place: String, unused: Int, _ isSigned: Bool) {
        let bits = "_readBits(self, \(place))"
        if form.text.hasPrefix("Int") || form.text.hasPrefix("UInt") {
            let value = isSigned ? "Int64(bitPattern: \(bits) << \(unused)) >> \(unused)" : bits
            put(
                name, form.text, get: "\(form.text)(truncatingIfNeeded: \(value))",
                set: "_writeBits(UInt64(truncatingIfNeeded: newValue), to: &self, \(place))")
        } else if form.zero.hasSuffix("rawValue: 0)") {
            put(
                name, form.text, get: ".init(rawValue: .init(truncatingIfNeeded: \(bits)))",
                set: "_writeBits(UInt64(truncatingIfNeeded: newValue.rawValue), to: &self, \(place))")
        } else {
            put(name, "UInt64", get: bits, set: "_writeBits(newValue, to: &self, \(place))")
        }
    }

    private mutating func put(_ name: String, _ type: String, get: String, set: String) {
        put("    public var \(name): \(type) {\n        get { \(get) }\n        set { \(set) }\n    }\n")
    }

    private mutating func put(note form: Form) {
        if let note = form.note { put("    /// \(note)\n") }
    }

    /// The members of a member without a name, which C finds in the outer type.
    private mutating func put(membersOf type: TypeID, at path: String, _ taken: inout Set<String>, depth: Int) throws(BTFError) {
        let (target, header, _) = try resolve(type)
        guard depth < 16, let header, header.kind == .structure || header.kind == .union, let name = names[target] else { return }
        let plan = try plan(of: header, name, depth: 0)
        let anonymous = Set(plan.anonymous.map(\.name))
        for field in plan.fields {
            guard let name = field.name, let type = field.type, !anonymous.contains(name), taken.insert(name).inserted else { continue }
            put(name, type, get: "\(path).\(name)", set: "\(path).\(name) = newValue")
        }
        for (name, type) in plan.anonymous { try put(membersOf: type, at: "\(path).\(name)", &taken, depth: depth + 1) }
    }

    mutating func print(enumeration type: TypeID, _ header: BTF.Header, _ name: String) throws(BTFError) {
        guard case .enumeration(let enumeration) = try btf.type(type) else { return }
        let bitCount = 8 * Self.enumerationSize(header)
        let raw = "\(enumeration.isSigned ? "" : "U")Int\(bitCount)"
        put("\n/// `enum \(name)`.\npublic struct \(name): RawRepresentable, BitwiseCopyable, Hashable, Sendable {\n")
        put("    /// The value in C.\n    public var rawValue: \(raw)\n")
        put("    /// A value that need not be one of those below.\n    public init(rawValue: \(raw)) { self.rawValue = rawValue }\n")
        var taken: [String: Int] = [:]
        for value in enumeration.values {
            let unused = UInt64(64 - bitCount)
            let number =
                enumeration.isSigned ? "\(Int64(bitPattern: value.bits << unused) >> Int64(unused))" : "\((value.bits << unused) >> unused)"
            let name = unique(SwiftText.member(value.name), &taken)
            put("    public static var \(name): Self { Self(rawValue: \(number)) }\n")
        }
        put("}\n")
    }
}

extension SwiftPrinter.Field {
    fileprivate var name: String? {
        switch self {
        case .stored(let name, _), .accessor(let name, _, _), .bits(let name, _, _, _, _): name
        case .padding, .note: nil
        }
    }

    /// The type of what is read and written.
    fileprivate var type: String? {
        switch self {
        case .stored(_, let form), .accessor(_, let form, _): form.text
        case .bits(_, let form, _, _, _):
            form.text.hasPrefix("Int") || form.text.hasPrefix("UInt") || form.zero.hasSuffix("rawValue: 0)") ? form.text : "UInt64"
        case .padding, .note: nil
        }
    }
}
