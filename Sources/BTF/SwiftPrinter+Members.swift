// SPDX-License-Identifier: Apache-2.0

import Bytes

/// The text of declarations.
extension SwiftPrinter {
    /// How far a declaration has come.
    enum Progress {
        /// The members of a struct or union, and how many paddings there were.
        case fields(Plan, next: Int, paddings: Int)
        /// The constants of an enumeration, and which names were taken.
        case constants(BTF.Header, next: Int, taken: [String: Int])
    }

    /// Prints a piece of a declaration: the rest, or what makes the text long enough to be taken away.
    mutating func go(on progress: Progress) throws(BTFError) {
        switch progress {
        case .fields(let plan, let next, let paddings): try put(fieldsOf: plan, from: next, paddings)
        case .constants(let header, let next, let taken): try put(constantsOf: header, from: next, taken)
        }
    }

    mutating func begin(composite header: BTF.Header, _ name: String) throws(BTFError) {
        let plan = try plan(of: header, name, depth: 0)
        let word = header.kind == .union ? "union" : "struct"
        put("\n/// `\(word) \(name)`, \(header.sizeOrType) bytes.\npublic struct \(name): BitwiseCopyable, Sendable {\n")
        if plan.isOpaque, header.sizeOrType > 0 {
            let unit = plan.alignment
            put("    private var _storage: InlineArray<\(header.sizeOrType / unit), UInt\(8 * unit)> = InlineArray(repeating: 0)\n")
        }
        progress = .fields(plan, next: 0, paddings: 0)
    }

    private mutating func put(fieldsOf plan: Plan, from next: Int, _ paddings: Int) throws(BTFError) {
        var (next, paddings) = (next, paddings)
        while next < plan.fields.count {
            try budget.spend(holding: output.count + held)
            guard output.count < Self.pieceSize else { return progress = .fields(plan, next: next, paddings: paddings) }
            put(plan.fields[next], &paddings)
            next += 1
        }
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
            try budget.spend(holding: output.count + held)
            put(name, type, get: "\(path).\(name)", set: "\(path).\(name) = newValue")
        }
        for (name, type) in plan.anonymous { try put(membersOf: type, at: "\(path).\(name)", &taken, depth: depth + 1) }
    }

    mutating func begin(enumeration header: BTF.Header, _ name: String) {
        let raw = "\(header.flag ? "" : "U")Int\(8 * Self.enumerationSize(header))"
        put("\n/// `enum \(name)`.\npublic struct \(name): RawRepresentable, BitwiseCopyable, Hashable, Sendable {\n")
        put("    /// The value in C.\n    public var rawValue: \(raw)\n")
        put("    /// A value that need not be one of those below.\n    public init(rawValue: \(raw)) { self.rawValue = rawValue }\n")
        progress = .constants(header, next: 0, taken: [:])
    }

    private mutating func put(constantsOf header: BTF.Header, from next: Int, _ taken: [String: Int]) throws(BTFError) {
        var (next, taken) = (next, taken)
        let unused = UInt64(64 - 8 * Self.enumerationSize(header))
        while next < header.count {
            try budget.spend(holding: output.count + held)
            guard output.count < Self.pieceSize else { return progress = .constants(header, next: next, taken: taken) }
            let bits = btf.enumerator(header, next) << unused
            let number = header.flag ? "\(Int64(bitPattern: bits) >> Int64(unused))" : "\(bits >> unused)"
            let name = Self.unique(SwiftText.member(name(at: btf.enumeratorName(header, next))), &taken)
            held += 2 * name.utf8.count
            put("    public static var \(name): Self { Self(rawValue: \(number)) }\n")
            next += 1
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
