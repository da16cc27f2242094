// SPDX-License-Identifier: Apache-2.0

/// The blocks of a function, which lead to which, and where values are defined.
struct ControlFlow {
    /// Code without branches: from a label to the branch, switch or return that ends it.
    struct Block {
        /// The block's lines: the label, where it has one, and the instructions.
        var lines: Range<Int>
        var successors: [Int] = []
        var predecessors: [Int] = []
    }

    private(set) var blocks: [Block] = []
    /// By label, with its per cent sign.
    private var numbers: [String: Int] = [:]
    /// By the names of values: the blocks and lines that define them.
    private var definitions: [String: (block: Int, line: Int)] = [:]
    private let body: [String]

    init(_ function: IRFunction) {
        body = function.body
        findBlocks()
        for (number, block) in blocks.enumerated() {
            for line in block.lines {
                let code = code(line)
                if let equals = code.range(of: " = ") { definitions[String(code[..<equals.lowerBound])] = (number, line) }
            }
        }
        for number in blocks.indices {
            for successor in Set(targets(of: number)) {
                blocks[number].successors.append(successor)
                blocks[successor].predecessors.append(number)
            }
        }
    }

    private mutating func findBlocks() {
        var start = 0
        for index in body.indices {
            guard let label = Self.label(body[index]) else { continue }
            if index > start { blocks.append(Block(lines: start..<index)) }
            start = index
            numbers["%" + label] = blocks.count
        }
        if start < body.count { blocks.append(Block(lines: start..<body.count)) }
    }

    private static func label(_ line: String) -> String? {
        guard line.utf8.first != UInt8(ascii: " "), let colon = line.utf8.firstIndex(of: UInt8(ascii: ":")) else { return nil }
        return String(line[..<colon])
    }

    private func targets(of block: Int) -> [Int] {
        // The cases of a switch stand in lines of their own.
        let last = blocks[block].lines.reversed().prefix { !code($0).contains(" = ") && Self.label(body[$0]) == nil }
        return last.flatMap { line in
            code(line).split { " ,".contains($0) }.filter { $0.first == "%" }.compactMap { numbers[String($0)] }
        }
    }

    /// A line without metadata and the spaces before it.
    func code(_ line: Int) -> Substring { IRText.trimmed(IRText.splitMetadata(body[line][...]).code) }

    /// The block and the line that define a value; `nil` for parameters, globals and numbers.
    func definition(of value: Substring) -> (block: Int, line: Int)? { definitions[String(value)] }

    /// What stands behind the equals sign where a value is defined.
    func meaning(of value: Substring) -> Substring? {
        definition(of: value).flatMap { place in
            let code = code(place.line)
            return code.range(of: " = ").map { code[$0.upperBound...] }
        }
    }

    /// Where a block goes if its condition holds, and if it does not; `nil` where it asks for none.
    func branch(of block: Int) -> (condition: Substring, ifTrue: Int, ifFalse: Int)? {
        guard let last = blocks[block].lines.last else { return nil }
        let words = code(last).split { " ,".contains($0) }
        // br i1 %5, label %8, label %9
        guard words.count == 7, words[0] == "br", let ifTrue = numbers[String(words[4])], let ifFalse = numbers[String(words[6])], ifTrue != ifFalse
        else { return nil }
        return (words[2], ifTrue, ifFalse)
    }

    /// The number of a label's block.
    func block(labelled label: Substring) -> Int? { numbers[String(label)] }
}

extension ControlFlow {
    /// A comparison that holds.
    struct Fact: Hashable {
        enum Relation { case different, less, lessOrEqual }
        var relation: Relation
        /// Whether the numbers are compared with their signs.
        var isSigned: Bool
        /// `i64`.
        var type: Substring
        var left: Substring
        var right: Substring
    }

    /// What is known wherever a block begins, from the branches that lead there and to nowhere else.
    func facts(at block: Int) -> Set<Fact> {
        var (facts, current, seen): (Set<Fact>, Int, Set<Int>) = ([], block, [])
        while seen.insert(current).inserted, blocks[current].predecessors.count == 1, let before = blocks[current].predecessors.first {
            facts.formUnion(self.facts(from: before, to: current))
            current = before
        }
        return facts
    }

    /// What is known on the way from a block to one behind it.
    func facts(from block: Int, to next: Int) -> Set<Fact> {
        guard let branch = branch(of: block), branch.ifTrue == next || branch.ifFalse == next else { return [] }
        var facts: Set<Fact> = []
        collect(branch.condition, holds: branch.ifTrue == next, into: &facts)
        return facts
    }

    private func collect(_ condition: Substring, holds: Bool, into facts: inout Set<Fact>) {
        guard let meaning = meaning(of: condition) else { return }
        let words = meaning.split { " ,()".contains($0) }
        if meaning.contains("@llvm.expect.i1("), words.count > 4 { return collect(words[4], holds: holds, into: &facts) }
        if words.count == 4, words[0] == (holds ? "and" : "or") {
            collect(words[2], holds: holds, into: &facts)
            collect(words[3], holds: holds, into: &facts)
        }
        if words.first == "icmp" { facts.formUnion(Self.facts(words, holds: holds)) }
    }

    /// `icmp slt i64 %5, %4`, or `icmp samesign ult i64 %5, %4`, which is the same with signs and without.
    private static func facts(_ words: [Substring], holds: Bool) -> [Fact] {
        guard words.count == 6, words[1] == "samesign" else { return fact(words, holds: holds).map { [$0] } ?? [] }
        guard let fact = fact([words[0]] + words[2...], holds: holds) else { return [] }
        var other = fact
        other.isSigned.toggle()
        return fact.relation == .different ? [fact] : [fact, other]
    }

    /// `icmp slt i64 %5, %4`, or its opposite.
    private static func fact(_ words: [Substring], holds: Bool) -> Fact? {
        guard words.count == 5 else { return nil }
        let (word, type, left, right) = (words[1], words[2], words[3], words[4])
        func less(_ relation: Fact.Relation, isSwapped: Bool) -> Fact {
            Fact(relation: relation, isSigned: word.first == "s", type: type, left: isSwapped ? right : left, right: isSwapped ? left : right)
        }
        switch word {
        case "eq": return holds ? nil : Fact(relation: .different, isSigned: false, type: type, left: left, right: right)
        case "ne": return holds ? Fact(relation: .different, isSigned: false, type: type, left: left, right: right) : nil
        case "slt", "ult": return holds ? less(.less, isSwapped: false) : less(.lessOrEqual, isSwapped: true)
        case "sle", "ule": return holds ? less(.lessOrEqual, isSwapped: false) : less(.less, isSwapped: true)
        case "sgt", "ugt": return holds ? less(.less, isSwapped: true) : less(.lessOrEqual, isSwapped: false)
        case "sge", "uge": return holds ? less(.lessOrEqual, isSwapped: true) : less(.less, isSwapped: false)
        default: return nil
        }
    }
}
