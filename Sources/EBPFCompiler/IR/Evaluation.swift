// SPDX-License-Identifier: Apache-2.0

/// Runs a function that needs nothing from outside, instruction by instruction: numbers of up to 64 bits, and what lies in its own room and in globals.
struct Evaluation {
    /// A place in a global, or in the room of an `alloca`, which is called by the name of its value.
    private struct Place {
        var object: String
        var offset: Int
    }

    private enum Value {
        case number(UInt64, bits: Int)
        case place(Place)
        /// What does not fit into a number: vectors.
        case bytes([UInt8])
        /// What an arithmetic operation that says whether it overflowed answers.
        case checked(UInt64, bits: Int, overflow: Bool)
    }

    /// By name: the bytes of the globals that were written.
    private(set) var globals: [String: [UInt8]]
    private let sizes: [String: Int]
    private let constants: [String: [UInt8]]
    private let types: [String: String]
    private let flow: ControlFlow
    private var rooms: [String: [UInt8]] = [:]
    /// The globals that this function wrote.
    private var written: Set<String> = []
    private var values: [String: Value] = [:]
    /// A bound for loops: what sets globals of a kernel half is done long before.
    private var stepsLeft = 4_000_000

    init(_ function: IRFunction, globals: [String: [UInt8]], sizes: [String: Int], constants: [String: [UInt8]], types: [String: String]) {
        (self.globals, self.sizes, self.constants, self.types) = (globals, sizes, constants, types)
        flow = ControlFlow(function)
    }

    /// Runs the function.
    ///
    /// - Returns: whether it came to its end. Where it did not, something in it is not known.
    mutating func run() -> Bool {
        guard !flow.blocks.isEmpty else { return false }
        var (block, before): (Int, Int?) = (0, nil)
        while let next = run(block, from: before) {
            guard next >= 0 else { return true }
            (block, before) = (next, block)
        }
        return false
    }

    /// Runs a block.
    ///
    /// - Returns: the block that follows, or -1 at the end.
    private mutating func run(_ block: Int, from before: Int?) -> Int? {
        guard enter(block, from: before) else { return nil }
        for line in flow.blocks[block].lines {
            stepsLeft -= 1
            guard stepsLeft > 0 else { return nil }
            let code = flow.code(line)
            if code == "ret void" { return -1 }
            if code.hasPrefix("br ") {
                guard let branch = flow.branch(of: block) else { return flow.blocks[block].successors.first }
                guard case .number(let holds, _)? = value("i1 \(branch.condition)") else { return nil }
                return holds & 1 == 1 ? branch.ifTrue : branch.ifFalse
            }
            if code.hasSuffix(":") || code.contains(":  ") || code.contains(" = phi ") || code.contains("@llvm.lifetime.") { continue }
            guard run(code) else { return nil }
        }
        return nil
    }

    /// Sets the values that depend on the way, all at once.
    private mutating func enter(_ block: Int, from before: Int?) -> Bool {
        var entered: [String: Value] = [:]
        for line in flow.blocks[block].lines {
            let code = flow.code(line)
            guard let place = code.range(of: " = phi ") else { continue }
            // phi i64 [ %4, %14 ], [ %19, %26 ]
            guard let first = code[place.upperBound...].range(of: " [") else { return false }
            let type = code[place.upperBound..<first.lowerBound]
            let words = code[first.lowerBound...].split { " ,[]".contains($0) }
            let pairs = stride(from: 0, to: words.count - 1, by: 2)
            guard let pair = pairs.first(where: { flow.block(labelled: words[$0 + 1]) == before }), let value = value("\(type) \(words[pair])")
            else { return false }
            entered[String(code[..<place.lowerBound])] = value
        }
        values.merge(entered) { $1 }
        return true
    }

    /// Runs an instruction that is no branch.
    private mutating func run(_ code: Substring) -> Bool {
        if code.hasPrefix("store ") { return store(code.dropFirst("store ".count)) }
        if code.contains("@llvm.memset.") { return fill(code) }
        if code.contains("@llvm.memcpy.") || code.contains("@llvm.memmove.") { return copy(code) }
        guard let equals = code.range(of: " = ") else { return false }
        let name = String(code[..<equals.lowerBound])
        guard let value = answer(code[equals.upperBound...], named: name) else { return false }
        values[name] = value
        return true
    }

    // MARK: Numbers

    private mutating func answer(_ code: Substring, named name: String) -> Value? {
        let words = code.split(separator: " ")
        guard let word = words.first else { return nil }
        switch word {
        case "alloca":
            guard let type = IRText.split(code.dropFirst("alloca ".count)).first, let size = IRConstant.size(type, types) else { return nil }
            rooms[name] = [UInt8](repeating: 0, count: size)
            return .place(Place(object: name, offset: 0))
        case "getelementptr": return element(code).map { .place($0) }
        case "load": return load(code.dropFirst("load ".count))
        case "zext", "sext", "trunc": return converted(word, code)
        case "icmp": return compared(words, code)
        case "select": return selected(code)
        case "extractvalue": return part(words)
        case "call", "tail": return called(code)
        default: return computed(word, code)
        }
    }

    private func numbers(_ operands: Substring) -> (left: UInt64, right: UInt64, bits: Int)? {
        let parts = IRText.split(operands)
        // i64 %3, 1
        guard parts.count == 2, let type = parts[0].split(separator: " ").first, case .number(let left, let bits)? = value(parts[0]),
            case .number(let right, _)? = value("\(type) \(parts[1])")
        else { return nil }
        return (left, right, bits)
    }

    private static func signed(_ number: UInt64, _ bits: Int) -> Int64 {
        let shift = UInt64(64 - bits)
        return Int64(bitPattern: number << shift) >> Int64(shift)
    }

    private static func number(_ number: UInt64, _ bits: Int) -> Value {
        .number(bits >= 64 ? number : number & (1 << UInt64(bits) - 1), bits: bits)
    }

    private static let flags: Set<Substring> = ["nuw", "nsw", "exact", "disjoint", "nneg", "samesign"]

    /// What stands behind an instruction's word and flags.
    private static func operands(_ code: Substring) -> Substring {
        var rest = code.drop { $0 != " " }.dropFirst()
        while let word = rest.split(separator: " ").first, flags.contains(word) { rest = rest.dropFirst(word.count + 1) }
        return rest
    }

    private func computed(_ word: Substring, _ code: Substring) -> Value? {
        guard let (left, right, bits) = numbers(Self.operands(code)) else { return nil }
        let isShift = word == "shl" || word == "lshr" || word == "ashr"
        if isShift, right >= UInt64(bits) { return nil }
        switch word {
        case "add": return Self.number(left &+ right, bits)
        case "sub": return Self.number(left &- right, bits)
        case "mul": return Self.number(left &* right, bits)
        case "and": return Self.number(left & right, bits)
        case "or": return Self.number(left | right, bits)
        case "xor": return Self.number(left ^ right, bits)
        case "shl": return Self.number(left << right, bits)
        case "lshr": return Self.number(left >> right, bits)
        case "ashr": return Self.number(UInt64(bitPattern: Self.signed(left, bits) >> Int64(right)), bits)
        case "udiv": return right == 0 ? nil : Self.number(left / right, bits)
        case "urem": return right == 0 ? nil : Self.number(left % right, bits)
        default: return nil
        }
    }

    /// `zext i32 %3 to i64`.
    private func converted(_ word: Substring, _ code: Substring) -> Value? {
        guard let place = code.range(of: " to i"), let bits = Int(code[place.upperBound...]), bits <= 64,
            case .number(let number, let from)? = value(Self.operands(code[..<place.lowerBound]))
        else { return nil }
        return Self.number(word == "sext" ? UInt64(bitPattern: Self.signed(number, from)) : number, bits)
    }

    private func compared(_ words: [Substring], _ code: Substring) -> Value? {
        guard let relation = words.dropFirst().first(where: { !Self.flags.contains($0) }), let place = code.range(of: " \(relation) "),
            let (left, right, bits) = numbers(code[place.upperBound...])
        else { return nil }
        let (first, second) = (Self.signed(left, bits), Self.signed(right, bits))
        let holds: Bool
        switch relation {
        case "eq": holds = left == right
        case "ne": holds = left != right
        case "ult": holds = left < right
        case "ule": holds = left <= right
        case "ugt": holds = left > right
        case "uge": holds = left >= right
        case "slt": holds = first < second
        case "sle": holds = first <= second
        case "sgt": holds = first > second
        case "sge": holds = first >= second
        default: return nil
        }
        return .number(holds ? 1 : 0, bits: 1)
    }

    private func selected(_ code: Substring) -> Value? {
        let parts = IRText.split(code.dropFirst("select ".count))
        guard parts.count == 3, case .number(let holds, _)? = value(parts[0]) else { return nil }
        return value(holds & 1 == 1 ? parts[1] : parts[2])
    }

    /// `extractvalue { i64, i1 } %5, 0`.
    private func part(_ words: [Substring]) -> Value? {
        guard words.count >= 3, case .checked(let number, let bits, let overflow)? = values[String(words[words.count - 2].dropLast())] else {
            return nil
        }
        return words.last == "0" ? .number(number, bits: bits) : .number(overflow ? 1 : 0, bits: 1)
    }

    /// What is asked about numbers only.
    private func called(_ code: Substring) -> Value? {
        guard let at = code.range(of: "@llvm."), let open = code[at.upperBound...].firstIndex(of: "("), let close = IRText.closing(code[open...])
        else { return nil }
        let arguments = IRText.split(code[code.index(after: open)..<close])
        let name = code[at.upperBound..<open]
        if name.hasPrefix("bpf.passthrough."), arguments.count == 2 { return value(arguments[1]) }
        if name.hasPrefix("expect."), arguments.count == 2 { return value(arguments[0]) }
        guard name.contains(".with.overflow."), arguments.count == 2, case .number(let left, let bits)? = value(arguments[0]),
            case .number(let right, _)? = value(arguments[1])
        else { return nil }
        return checked(name.prefix { $0 != "." }, left, right, bits)
    }

    private func checked(_ operation: Substring, _ left: UInt64, _ right: UInt64, _ bits: Int) -> Value? {
        let isSigned = operation.first == "s"
        func wide(_ number: UInt64) -> Int128 { isSigned ? Int128(Self.signed(number, bits)) : Int128(number) }
        let exact: Int128
        switch operation.dropFirst() {
        case "add": exact = wide(left) + wide(right)
        case "sub": exact = wide(left) - wide(right)
        case "mul":
            let (product, overflow) = wide(left).multipliedReportingOverflow(by: wide(right))
            if overflow { return nil }
            exact = product
        default: return nil
        }
        guard case .number(let number, _) = Self.number(UInt64(truncatingIfNeeded: exact), bits) else { return nil }
        return .checked(number, bits: bits, overflow: wide(number) != exact)
    }

    // MARK: Memory

    /// A type and a value: `i64 %3`, `ptr nonnull @x`, `i32 5`, `<2 x i32> <i32 1, i32 2>`.
    private func value(_ text: Substring) -> Value? {
        let text = IRText.trimmed(text)
        if text == "ptr null" { return .bytes([UInt8](repeating: 0, count: 8)) }
        if text.hasPrefix("ptr ") { return place(text.dropFirst("ptr ".count)).map { .place($0) } }
        if let last = text.split(separator: " ").last, last.first == "%" { return values[String(last)] }
        guard let bytes = IRConstant.bytes(text, types: types) else { return nil }
        guard text.first == "i", let bits = Int(text.dropFirst().prefix { $0.isNumber }), bits <= 64 else { return .bytes(bytes) }
        return Self.number(bytes.reversed().reduce(0) { $0 << 8 | UInt64($1) }, bits)
    }

    private func value(_ text: String) -> Value? { value(text[...]) }

    /// `@x`, `nonnull align 8 %5`, or `getelementptr inbounds nuw (i8, ptr @x, i64 8)`.
    private func place(_ text: Substring) -> Place? {
        if let place = text.range(of: "getelementptr ")?.lowerBound {
            guard let open = text[place...].firstIndex(of: "("), let close = IRText.closing(text[open...]) else { return nil }
            return element(text[text.index(after: open)..<close])
        }
        if let at = text.utf8.lastIndex(of: UInt8(ascii: "@")) { return IRName.read(text[at...]).map { Place(object: $0.name, offset: 0) } }
        guard let name = text.split(separator: " ").last, case .place(let place)? = values[String(name)] else { return nil }
        return place
    }

    /// `getelementptr inbounds %T, ptr %1, i64 %3`, or what stands in its parentheses.
    private func element(_ code: Substring) -> Place? {
        guard let words = code.range(of: ", ptr ") else { return nil }
        var type = code[..<words.lowerBound]
        while let word = type.split(separator: " ").first, ["getelementptr", "inbounds", "nuw", "nusw"].contains(word) {
            type = type.dropFirst(word.count + 1)
        }
        let operands = IRText.split("ptr \(code[words.upperBound...])"[...])
        guard var place = operands.first.flatMap({ place($0.dropFirst("ptr ".count)) }) else { return nil }
        var current: Substring? = type
        for (number, operand) in operands.dropFirst().enumerated() {
            guard let inside = current, case .number(let bare, let bits)? = value(operand), let index = Int(exactly: Self.signed(bare, bits)) else {
                return nil
            }
            if number == 0 {
                guard let size = IRConstant.size(inside, types) else { return nil }
                let (step, overflow) = index.multipliedReportingOverflow(by: size)
                guard !overflow, step.magnitude <= 1 << 32 else { return nil }
                place.offset += step
            } else {
                guard let part = IRConstant.part(index, of: inside, types), part.offset <= 1 << 32 else { return nil }
                place.offset += part.offset
                current = part.type
            }
        }
        return place
    }

    private mutating func store(_ text: Substring) -> Bool {
        let parts = IRText.split(text)
        guard parts.count >= 2, case .place(let place)? = value(parts[1]), let value = value(parts[0]) else { return false }
        switch value {
        case .number(let number, let bits):
            return put((0..<(bits + 7) / 8).map { UInt8(truncatingIfNeeded: number >> UInt64($0 * 8)) }, at: place)
        case .bytes(let bytes): return put(bytes, at: place)
        case .place, .checked: return false
        }
    }

    private func load(_ text: Substring) -> Value? {
        let parts = IRText.split(text)
        guard parts.count >= 2, case .place(let place)? = value(parts[1]), let size = IRConstant.size(parts[0], types),
            let bytes = bytes(at: place, count: size)
        else { return nil }
        guard parts[0].first == "i", let bits = Int(parts[0].dropFirst()), bits <= 64 else { return parts[0] == "ptr" ? nil : .bytes(bytes) }
        return Self.number(bytes.reversed().reduce(0) { $0 << 8 | UInt64($1) }, bits)
    }

    private func arguments(_ code: Substring) -> [Substring] {
        guard let open = code.utf8.firstIndex(of: UInt8(ascii: "(")), let close = IRText.closing(code[open...]) else { return [] }
        return IRText.split(code[code.index(after: open)..<close])
    }

    private mutating func fill(_ code: Substring) -> Bool {
        let arguments = arguments(code)
        guard arguments.count == 4, case .place(let place)? = value(arguments[0]), case .number(let byte, _)? = value(arguments[1]),
            case .number(let count, _)? = value(arguments[2]), count <= 1 << 24
        else { return false }
        return put([UInt8](repeating: UInt8(truncatingIfNeeded: byte), count: Int(count)), at: place)
    }

    private mutating func copy(_ code: Substring) -> Bool {
        let arguments = arguments(code)
        guard arguments.count == 4, case .place(let place)? = value(arguments[0]), case .place(let source)? = value(arguments[1]),
            case .number(let count, _)? = value(arguments[2]), count <= 1 << 24, let from = bytes(at: source, count: Int(count))
        else { return false }
        return put(from, at: place)
    }

    private func bytes(at place: Place, count: Int) -> [UInt8]? {
        // Of another global only user space knows what it will be.
        guard let all = rooms[place.object] ?? (written.contains(place.object) ? globals[place.object] : constants[place.object]), place.offset >= 0,
            place.offset <= all.count - count
        else { return nil }
        return Array(all[place.offset..<place.offset + count])
    }

    private mutating func put(_ value: [UInt8], at place: Place) -> Bool {
        if rooms[place.object] != nil { return Self.put(value, at: place.offset, in: &rooms[place.object]) }
        guard let size = sizes[place.object] else { return false }
        written.insert(place.object)
        if globals[place.object] == nil { globals[place.object] = [UInt8](repeating: 0, count: size) }
        return Self.put(value, at: place.offset, in: &globals[place.object])
    }

    private static func put(_ value: [UInt8], at offset: Int, in bytes: inout [UInt8]?) -> Bool {
        guard let count = bytes?.count, offset >= 0, offset <= count - value.count else { return false }
        for (index, byte) in value.enumerated() { bytes?[offset + index] = byte }
        return true
    }
}
