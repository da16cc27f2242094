// SPDX-License-Identifier: Apache-2.0

import Bytes

/// Where Swift puts what, beside where C does.
extension SwiftPrinter {
    /// How a type is written, and how its values lie in memory.
    struct Form {
        let text: String
        /// An expression of the value whose bytes are zero.
        let zero: String
        let byteCount: UInt64
        let alignment: UInt32
        /// What it points to, for the reader.
        var note: String?
    }

    /// What a member becomes.
    enum Field {
        case stored(name: String, Form)
        /// Read and written at an offset in bytes.
        case accessor(name: String, Form, offset: UInt64)
        /// A bitfield, at an offset in bits.
        case bits(name: String, Form, offset: UInt32, count: UInt8, isSigned: Bool)
        case padding(UInt64)
        /// What cannot be written, and why.
        case note(String)
    }

    /// What a struct or union becomes.
    struct Plan {
        var fields: [Field] = []
        var alignment: UInt32 = 1
        /// Whether all members are read and written in a storage of bytes, since Swift has no place for any of them.
        var isOpaque = false
        /// The members without a name, with what they are: their members are found here as well.
        var anonymous: [(name: String, type: TypeID)] = []
    }

    private static let maximumDepth = 100

    /// How a type is written. Types that need a declaration get a name, from `suggestion` where they have none.
    mutating func form(of type: TypeID, suggestion: String, depth: Int = 0) throws(BTFError) -> Form {
        guard depth < Self.maximumDepth else { throw BTFError(.malformed, "types are nested more than \(Self.maximumDepth) deep") }
        let (target, header, alias) = try resolve(type)
        guard let header else { return Form(text: "Void", zero: "()", byteCount: 0, alignment: 1) }
        switch header.kind {
        case .integer: return integer(header)
        case .floatingPoint: return number(byteCount: header.sizeOrType, [4: "Float", 8: "Double"])
        case .pointer:
            var form = number(byteCount: 8, [8: "UInt64"])
            form.note = try pointee(TypeID(header.sizeOrType))
            return form
        case .enumeration, .enumeration64:
            let name = declare(target, as: declaredName(header, alias) ?? suggestion)
            let size = Self.enumerationSize(header)
            return Form(text: name, zero: ".init(rawValue: 0)", byteCount: UInt64(size), alignment: size)
        case .structure, .union:
            let name = declare(target, as: declaredName(header, alias) ?? suggestion)
            let alignment = try alignment(of: target, header, name, depth: depth)
            return Form(text: name, zero: ".init()", byteCount: UInt64(header.sizeOrType), alignment: alignment)
        case .array:
            let element = try form(of: TypeID(btf.word(header, 0)), suggestion: suggestion, depth: depth + 1)
            let count = UInt64(btf.word(header, 2))
            let (size, overflow) = element.byteCount.multipliedReportingOverflow(by: count)
            guard !overflow, size <= UInt32.max else { throw BTFError(.malformed, "an array is larger than 2^32 bytes") }
            return Form(
                text: "InlineArray<\(count), \(element.text)>", zero: "InlineArray(repeating: \(element.zero))", byteCount: size,
                alignment: element.alignment, note: element.note)
        default: return Form(text: "Void", zero: "()", byteCount: 0, alignment: 1)
        }
    }

    private mutating func declaredName(_ header: BTF.Header, _ alias: String?) -> String? {
        header.nameOffset == 0 ? alias : name(at: header.nameOffset)
    }

    private func integer(_ header: BTF.Header) -> Form {
        let encoding = btf.word(header, 0) >> 24
        let sign = encoding & 1 != 0 && encoding & 4 == 0 ? "" : "U"
        return number(
            byteCount: header.sizeOrType, [1: "\(sign)Int8", 2: "\(sign)Int16", 4: "\(sign)Int32", 8: "\(sign)Int64", 16: "\(sign)Int128"])
    }

    /// A number that Swift has, or else its bytes.
    private func number(byteCount: UInt32, _ names: [UInt32: String]) -> Form {
        guard let name = names[byteCount] else { return bytes(UInt64(byteCount)) }
        return Form(text: name, zero: "0", byteCount: UInt64(byteCount), alignment: byteCount)
    }

    func bytes(_ count: UInt64) -> Form {
        Form(text: "InlineArray<\(count), UInt8>", zero: "InlineArray(repeating: 0)", byteCount: count, alignment: 1)
    }

    private mutating func pointee(_ type: TypeID) throws(BTFError) -> String {
        let (_, header, alias) = try resolve(type)
        guard let header else { return "Points to memory of unknown contents." }
        switch header.kind {
        case .structure, .union, .forward, .enumeration, .enumeration64, .integer:
            let name = declaredName(header, alias) ?? ""
            return name.isEmpty ? "Points to a \(header.kind.word)." : "Points to `\(SwiftText.identifier(name))`."
        case .prototype: return "Points to a function."
        default: return "Points to a \(header.kind.word)."
        }
    }

    /// One, two, four or eight bytes; compilers make no others.
    static func enumerationSize(_ header: BTF.Header) -> UInt32 {
        [1, 2, 4, 8].contains(header.sizeOrType) ? header.sizeOrType : 4
    }

    private mutating func alignment(of type: TypeID, _ header: BTF.Header, _ name: String, depth: Int) throws(BTFError) -> UInt32 {
        if let known = alignments[type] {
            guard known > 0 else { throw BTFError(.malformed, "'\(name)' contains itself") }
            return known
        }
        alignments[type] = 0
        let plan = try plan(of: header, name, depth: depth + 1)
        alignments[type] = plan.alignment
        return plan.alignment
    }

    /// Decides what each member becomes.
    mutating func plan(of header: BTF.Header, _ name: String, depth: Int) throws(BTFError) -> Plan {
        let isUnion = header.kind == .union
        let plan = try plan(of: header, name, depth: depth, isOpaque: isUnion)
        // Elements of an array of it would lie further apart than in C.
        guard !isUnion, header.sizeOrType % plan.alignment != 0 else { return plan }
        return try self.plan(of: header, name, depth: depth, isOpaque: true)
    }

    private mutating func plan(of header: BTF.Header, _ name: String, depth: Int, isOpaque: Bool) throws(BTFError) -> Plan {
        var plan = Plan(isOpaque: isOpaque)
        var cursor: UInt64 = 0
        var taken: [String: Int] = [:]
        let total = UInt64(header.sizeOrType)
        for index in 0..<header.count {
            // A type without a name is called after its parent, which may itself be called so.
            try budget.spend(1 + name.utf8.count / 16, holding: output.count + held)
            let member = try self.member(header, index, name, &taken, &plan, depth)
            let offset = UInt64(member.bitOffset / 8)
            let end = member.bitCount > 0 ? (UInt64(member.bitOffset) + UInt64(member.bitCount) + 7) / 8 : offset + member.form.byteCount
            guard end <= total, member.bitCount > 0 || member.bitOffset % 8 == 0 && member.form.byteCount > 0 else {
                plan.fields.append(.note("\(SwiftText.identifier(member.name)): at bit \(member.bitOffset), of no size"))
                continue
            }
            if member.bitCount > 0 {
                let isSigned = member.form.text.hasPrefix("Int")
                plan.fields.append(
                    .bits(name: member.name, member.form, offset: member.bitOffset, count: member.bitCount, isSigned: isSigned))
            } else if isOpaque || offset < cursor || offset % UInt64(member.form.alignment) != 0 {
                plan.fields.append(.accessor(name: member.name, member.form, offset: offset))
                // A storage of larger units helps whoever contains a union to be aligned.
                if isOpaque, total % UInt64(member.form.alignment) == 0 { plan.alignment = max(plan.alignment, min(member.form.alignment, 8)) }
            } else {
                let natural = roundUp(cursor, to: UInt64(member.form.alignment))
                if natural != offset { plan.fields.append(.padding(offset - cursor)) }
                plan.fields.append(.stored(name: member.name, member.form))
                plan.alignment = max(plan.alignment, member.form.alignment)
                cursor = offset + member.form.byteCount
            }
        }
        if isOpaque, header.kind == .structure { plan.alignment = 1 }
        if !isOpaque, cursor < total { plan.fields.append(.padding(total - cursor)) }
        return plan
    }

    private struct Member {
        let name: String
        let form: Form
        let bitOffset: UInt32
        let bitCount: UInt8
    }

    private mutating func member(
        _ header: BTF.Header, _ index: Int, _ parent: String, _ taken: inout [String: Int], _ plan: inout Plan, _ depth: Int
    ) throws(BTFError) -> Member {
        var name = name(at: btf.word(header, 3 * index))
        let type = TypeID(btf.word(header, 3 * index + 1))
        let offset = btf.word(header, 3 * index + 2)
        let isAnonymous = name.isEmpty
        if isAnonymous { name = "anonymous\(plan.anonymous.count)" }
        name = Self.unique(SwiftText.member(name), &taken)
        let form = try form(of: type, suggestion: "\(parent)_\(SwiftText.identifier(name))", depth: depth)
        held += 2 * name.utf8.count + form.text.utf8.count + form.zero.utf8.count
        if isAnonymous { plan.anonymous.append((name, type)) }
        let width = header.flag ? min(offset >> 24, 64) : 0
        return Member(
            name: name, form: form, bitOffset: header.flag ? offset & 0xFF_FFFF : offset, bitCount: UInt8(truncatingIfNeeded: width))
    }
}
