// SPDX-License-Identifier: Apache-2.0

public import Bytes

extension BTF {
    /// A value of a type as JSON, with the names of its members.
    ///
    ///     {"pid":42,"comm":"bash","state":"RUNNING","address":"0x7f0000001000","counts":[1,2,3]}
    ///
    /// Integers of all sizes are numbers, enumerators are names where they have one, pointers are hexadecimal texts, arrays of `char` are text up
    /// to their first
    /// zero where that can be printed, and numbers where it cannot. Members without a name count as the outer type's own. Floating-point numbers
    /// that JSON does not
    /// have are texts. What lies outside of the bytes, or has no size, is `null`. Where the text would be longer than `limit`, elements and members
    /// are left out, for which `"..."` stands;
    /// it is JSON all the same.
    ///
    /// Any bytes and any types give a text, in bounded time.
    ///
    /// - Parameters:
    ///   - bytes: the value, in the order of the types' bytes.
    ///   - limit: about how many bytes the text has at most.
    public func json(of type: TypeID, _ bytes: ByteView, limit: Int = 1 << 20) -> String {
        var printer = ValuePrinter(self, bytes, isJSON: true, limit: limit)
        printer.put(type, bit: 0, bitCount: nil, depth: 0)
        return String(decoding: printer.output, as: UTF8.self)
    }

    /// A value of a type for people: `{pid: 42, comm: "bash", state: RUNNING}`. As ``json(of:_:limit:)`` otherwise.
    public func text(of type: TypeID, _ bytes: ByteView, limit: Int = 1 << 16) -> String {
        var printer = ValuePrinter(self, bytes, isJSON: false, limit: limit)
        printer.put(type, bit: 0, bitCount: nil, depth: 0)
        return String(decoding: printer.output, as: UTF8.self)
    }
}

/// Prints one value.
struct ValuePrinter {
    private let btf: BTF
    private let bytes: ByteView
    private let isJSON: Bool
    private let limit: Int
    /// Elements, members, links to other types, and sixteen bytes of a name may still be looked at.
    private var steps = 1_000_000
    private(set) var output: [UInt8] = []
    /// Structures in structures, deeper than people write them.
    private static let depthLimit = 32

    init(_ btf: BTF, _ bytes: ByteView, isJSON: Bool, limit: Int) {
        self.btf = btf
        self.bytes = bytes
        self.isJSON = isJSON
        self.limit = limit
    }

    private var isFull: Bool { steps <= 0 || output.count >= limit }

    /// Prints the value that begins at a bit. For a bitfield, its width says how many bits there are.
    mutating func put(_ id: TypeID, bit: Int, bitCount: Int?, depth: Int) {
        guard depth < Self.depthLimit, let type = resolve(id) else { return putNothing() }
        put(type, bit: bit, bitCount: bitCount, depth: depth)
    }

    private mutating func put(_ type: BTFType, bit: Int, bitCount: Int?, depth: Int) {
        switch type {
        case .integer(let integer): put(integer, bit: bit, bitCount: bitCount)
        case .enumeration(let enumeration): put(enumeration, bit: bit, bitCount: bitCount)
        case .pointer: put(pointerAt: bit)
        case .floatingPoint(_, let byteCount): put(floatAt: bit, byteCount: byteCount)
        case .array(let array): put(array, bit: bit, depth: depth)
        case .composite(let composite):
            var isFirst = true
            open("{")
            putMembers(of: composite, bit: bit, depth: depth, &isFirst)
            close("}")
        case .dataSection(let section): put(section, bit: bit, depth: depth)
        default: putNothing()
        }
    }

    /// What is behind typedefs, qualifiers and variables; each link counts.
    private mutating func resolve(_ id: TypeID) -> BTFType? {
        var current = id
        while steps > 0, current != .void, let header = try? btf.header(of: current) {
            steps -= 1
            switch header.kind {
            case .alias, .volatile, .constant, .restrict, .typeTag, .variable: current = TypeID(header.sizeOrType)
            default:
                steps -= header.count
                return try? btf.type(current)
            }
        }
        return nil
    }

    // MARK: Numbers

    /// The number in some bits, the first of which is counted from the lowest on machines of little end, from the highest on others.
    private func number(bit: Int, count: Int) -> UInt128? {
        guard bit >= 0, count > 0, count <= 128 else { return nil }
        let (end, overflow) = bit.addingReportingOverflow(count)
        guard !overflow, (end - 1) / 8 < bytes.count else { return nil }
        let (first, last) = (bit / 8, (end - 1) / 8)
        guard last - first < 16 else { return nil }
        var number: UInt128 = 0
        for index in first...last {
            let byte = UInt128(bytes.integer(UInt8.self, at: index, order: btf.byteOrder) ?? 0)
            number = btf.byteOrder == .littleEndian ? number | byte << UInt128(8 * (index - first)) : number << 8 | byte
        }
        number >>= UInt128(btf.byteOrder == .littleEndian ? bit % 8 : (last + 1) * 8 - end)
        return count < 128 ? number & (1 << UInt128(count) - 1) : number
    }

    private mutating func put(_ integer: IntegerType, bit: Int, bitCount: Int?) {
        var (bit, count) = (bit, bitCount ?? Int(integer.byteCount) * 8)
        // How compilers wrote bitfields before members had a width.
        if bitCount == nil, Int(integer.bitCount) < count {
            bit += Int(integer.bitOffset)
            count = Int(integer.bitCount)
        }
        guard let number = number(bit: bit, count: count) else { return putNothing() }
        if integer.isBoolean, number < 2 { return put(number == 1 ? "true" : "false") }
        if integer.isSigned {
            // The sign is the highest of the bits that there are.
            let unused = Int128(128 - count)
            put("\((Int128(truncatingIfNeeded: number) << unused) >> unused)")
        } else {
            put("\(number)")
        }
    }

    private mutating func put(_ enumeration: EnumerationType, bit: Int, bitCount: Int?) {
        let count = bitCount ?? Int(enumeration.byteCount) * 8
        guard count <= 64, let number = number(bit: bit, count: count) else { return putNothing() }
        var bits = UInt64(truncatingIfNeeded: number)
        if enumeration.isSigned, count < 64, bits >> UInt64(count - 1) & 1 == 1 { bits |= UInt64.max << UInt64(count) }
        if let value = enumeration.values.first(where: { $0.bits == bits }) {
            isJSON ? put(quoted: Array(value.name.utf8)) : put(value.name)
        } else {
            put(enumeration.isSigned ? "\(Int64(bitPattern: bits))" : "\(bits)")
        }
    }

    private mutating func put(pointerAt bit: Int) {
        guard let number = number(bit: bit, count: 64) else { return putNothing() }
        let text = "0x" + String(UInt64(truncatingIfNeeded: number), radix: 16)
        isJSON ? put(quoted: Array(text.utf8)) : put(text)
    }

    private mutating func put(floatAt bit: Int, byteCount: UInt32) {
        guard byteCount == 4 || byteCount == 8, let number = number(bit: bit, count: Int(byteCount) * 8) else { return putNothing() }
        let value =
            byteCount == 4 ? Double(Float(bitPattern: UInt32(truncatingIfNeeded: number))) : Double(bitPattern: UInt64(truncatingIfNeeded: number))
        let text = byteCount == 4 ? "\(Float(bitPattern: UInt32(truncatingIfNeeded: number)))" : "\(value)"
        isJSON && !value.isFinite ? put(quoted: Array(text.utf8)) : put(text)
    }

    // MARK: What holds others

    private mutating func put(_ array: ArrayType, bit: Int, depth: Int) {
        guard let element = resolve(array.element), let size = try? btf.byteCount(of: array.element, longest: 64) else { return putNothing() }
        let start = bit / 8
        var count = Int(array.count)
        // One that is as long as its memory.
        if count == 0, size > 0, start < bytes.count { count = (bytes.count - start) / Int(size) }
        if case .integer(let integer) = element, size == 1, integer.isCharacter || integer.name == "char", let text = text(at: start, count) {
            return put(quoted: text)
        }
        open("[")
        for index in 0..<count {
            if index > 0 { put(isJSON ? "," : ", ") }
            let (offset, overflow) = index.multipliedReportingOverflow(by: Int(size) * 8)
            // Of what lies outside, one is enough.
            guard !isFull, !overflow, size > 0 || index == 0, start < bytes.count || index == 0, bit + offset < bytes.count * 8 || index == 0 else {
                putRest()
                break
            }
            steps -= 1
            put(element, bit: bit + offset, bitCount: nil, depth: depth + 1)
        }
        close("]")
    }

    /// The text in an array of characters, up to a zero; `nil` where it holds what cannot be printed.
    private mutating func text(at start: Int, _ count: Int) -> [UInt8]? {
        guard let view = bytes.slice(at: start, count: min(count, max(bytes.count - start, 0))), count > 0, view.count > 0 else { return nil }
        let text = Array(view.array().prefix { $0 != 0 }.prefix(max(limit - output.count, 0)))
        steps -= text.count >> 4
        guard text.allSatisfy({ $0 >= 0x20 && $0 != 0x7F || $0 == 0x0A || $0 == 0x09 || $0 == 0x0D }) else { return nil }
        // A character that was cut at the end is left out by whoever repairs it; others are no text.
        guard text.allSatisfy({ $0 < 0x80 }) || Array(String(decoding: text, as: UTF8.self).utf8) == text else { return nil }
        return text
    }

    private mutating func putMembers(of composite: CompositeType, bit: Int, depth: Int, _ isFirst: inout Bool) {
        for member in composite.members {
            guard !isFull else {
                if !isFirst { put(isJSON ? "," : ", ") }
                put(isJSON ? "\"...\":\"...\"" : "...")
                isFirst = false
                return
            }
            steps -= 1 + member.name.utf8.count >> 4
            let place = bit + Int(member.bitOffset)
            if member.name.isEmpty {
                guard depth < Self.depthLimit, case .composite(let inner)? = resolve(member.type) else { continue }
                putMembers(of: inner, bit: place, depth: depth + 1, &isFirst)
                continue
            }
            put(key: member.name, isFirst: &isFirst)
            put(member.type, bit: place, bitCount: member.bitCount > 0 ? Int(member.bitCount) : nil, depth: depth + 1)
        }
    }

    private mutating func put(_ section: DataSectionType, bit: Int, depth: Int) {
        var isFirst = true
        open("{")
        for entry in section.variables where !isFull {
            steps -= 1
            guard case .variable(let name, let type, _)? = try? btf.type(entry.type) else { continue }
            put(key: name, isFirst: &isFirst)
            put(type, bit: bit + Int(entry.byteOffset) * 8, bitCount: nil, depth: depth + 1)
        }
        close("}")
    }

    // MARK: Text

    private mutating func put(key: String, isFirst: inout Bool) {
        if !isFirst { put(isJSON ? "," : ", ") }
        isFirst = false
        isJSON ? put(quoted: Array(key.utf8)) : put(key)
        put(isJSON ? ":" : ": ")
    }

    private mutating func putNothing() { put(isJSON ? "null" : "?") }
    private mutating func putRest() { put(isJSON ? "\"...\"" : "...") }
    private mutating func open(_ bracket: String) { put(bracket) }
    private mutating func close(_ bracket: String) { put(bracket) }
    private mutating func put(_ text: String) { output.append(contentsOf: text.utf8) }

    private mutating func put(quoted text: [UInt8]) {
        var json = JSONText()
        text.withUnsafeBytes { json.value(RawSpan(_unsafeBytes: $0)) }
        output += json.bytes
    }
}
