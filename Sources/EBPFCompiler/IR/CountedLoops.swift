// SPDX-License-Identifier: Apache-2.0

/// Loops that count up to a number end where the count is no longer less than it, not where it equals it.
///
/// Swift's `for i in a..<b` asks whether the next number is `b`. The verifier, to which `a` and `b` are ranges of numbers, cannot conclude from `i != b` that
/// `i` is less, and follows the loop until it gives up. Where it is certain that the loop begins with less than `b`, and the count goes up by one each time, both
/// questions have the same answer.
struct CountedLoops {
    /// A count: what it is in each turn, at first, and next.
    private struct Count {
        var type: Substring
        var start: Substring
        /// Whether the number of this turn is compared, rather than that of the next.
        var isCurrent: Bool
        /// The block in which each turn begins, and those that the loop is made of.
        var header: Int
        var body: Set<Int>
        /// The block that leads into the loop.
        var entry: Int
    }

    private let flow: ControlFlow

    /// The function with the ends of its counted loops as comparisons by order.
    static func run(_ function: IRFunction) -> IRFunction {
        guard function.body.contains(where: { $0.contains(" = icmp eq ") || $0.contains(" = icmp ne ") }) else { return function }
        let pass = CountedLoops(flow: ControlFlow(function))
        var result = function
        for block in pass.flow.blocks.indices {
            guard let (line, word) = pass.orderedExit(of: block), let place = function.body[line][...].range(of: " = icmp ") else { continue }
            let behind = function.body[line][place.upperBound...]
            result.body[line] = function.body[line][..<place.upperBound] + word + behind.drop { $0 != " " }
        }
        return result
    }

    /// The line of the comparison by which a block leaves a counted loop, and the word for the order that it may ask for.
    private func orderedExit(of block: Int) -> (line: Int, word: String)? {
        guard let branch = flow.branch(of: block), let definition = flow.definition(of: branch.condition),
            let meaning = flow.meaning(of: branch.condition)
        else { return nil }
        let words = meaning.split { " ,".contains($0) }
        guard words.count == 5, words[0] == "icmp", words[1] == "eq" || words[1] == "ne" else { return nil }
        let isEqual = words[1] == "eq"
        for (number, end, isSwapped) in [(words[3], words[4], false), (words[4], words[3], true)] {
            // The verifier counts to a number that is written there by itself.
            guard Int(end) == nil, let count = count(number, words[2]), isFixed(end, in: count), let isSigned = beginsBelow(count, end),
                everyTurn(of: count, passes: block, towards: isEqual ? branch.ifFalse : branch.ifTrue)
            else { continue }
            let word = isSwapped ? (isEqual ? "le" : "gt") : isEqual ? "ge" : "lt"
            return (definition.line, (isSigned ? "s" : "u") + word)
        }
        return nil
    }

    // MARK: Finding

    /// The count that a value is the number of this turn or of the next: `%i`, or `%i + 1`.
    private func count(_ number: Substring, _ type: Substring) -> Count? {
        let before = counted(number, type)
        let current = before ?? number
        // phi i64 [ %4, %14 ], [ %19, %26 ]
        guard let header = flow.definition(of: current)?.block, let meaning = flow.meaning(of: current), meaning.hasPrefix("phi \(type) ") else {
            return nil
        }
        let words = meaning.dropFirst("phi \(type) ".count).split { " ,[]".contains($0) }
        guard words.count >= 4, words.count.isMultiple(of: 2) else { return nil }
        let pairs = stride(from: 0, to: words.count, by: 2).map { (value: words[$0], block: flow.block(labelled: words[$0 + 1])) }
        let latches = pairs.filter { counted($0.value, type) == current }
        let entries = pairs.filter { counted($0.value, type) != current }
        guard entries.count == 1, let entry = entries[0].block, !latches.isEmpty, let body = body(of: header, latches.compactMap(\.block)),
            !body.contains(entry)
        else { return nil }
        return Count(type: type, start: entries[0].value, isCurrent: before == nil, header: header, body: body, entry: entry)
    }

    /// What a value is one more than: by `add i64 %5, 1`, or by the first part of `@llvm.sadd.with.overflow.i64(i64 %5, i64 1)`.
    private func counted(_ next: Substring, _ type: Substring) -> Substring? {
        guard var meaning = flow.meaning(of: next) else { return nil }
        if meaning.hasPrefix("trunc "), meaning.hasSuffix(" to \(type)") {
            // One more in a wider type, and back: the same as one more in this.
            let words = meaning.split(separator: " ")
            guard words.count == 5, let wide = counted(words[2], words[1]).flatMap({ flow.meaning(of: $0) }) else { return nil }
            let widened = wide.split(separator: " ")
            guard widened.count == 5, widened[0] == "sext" || widened[0] == "zext", widened[1] == type else { return nil }
            return widened[2]
        }
        if meaning.hasPrefix("extractvalue "), meaning.hasSuffix(", 0"),
            let sum = meaning.dropLast(", 0".count).split(separator: " ").last.flatMap({ flow.meaning(of: $0) })
        {
            guard sum.contains("add.with.overflow.\(type)(") else { return nil }
            meaning = sum
        } else if !meaning.hasPrefix("add ") {
            return nil
        }
        let words = meaning.split { " ,()".contains($0) }
        // The last two are the operands, of which those of a call have their type before them.
        guard words.last == "1", words.count >= 4 else { return nil }
        return meaning.hasPrefix("add ") ? words[words.count - 2] : words[words.count - 3]
    }

    /// The blocks of a loop that only its header leads into.
    private func body(of header: Int, _ latches: [Int]) -> Set<Int>? {
        var body: Set<Int> = [header]
        var pending = latches
        while let block = pending.popLast() {
            guard body.insert(block).inserted else { continue }
            // Where the function begins, nothing leads to.
            guard !flow.blocks[block].predecessors.isEmpty else { return nil }
            pending += flow.blocks[block].predecessors
        }
        return body
    }

    // MARK: Judging

    private func isFixed(_ end: Substring, in count: Count) -> Bool {
        guard let definition = flow.definition(of: end) else { return true }
        return !count.body.contains(definition.block)
    }

    /// Whether the first number that is compared is at most the end: with the numbers' signs, or without; `nil` where neither is known.
    private func beginsBelow(_ count: Count, _ end: Substring) -> Bool? {
        let facts = flow.facts(at: count.entry).union(flow.facts(from: count.entry, to: count.header))
        func known(_ relation: ControlFlow.Fact.Relation, _ left: Substring, _ right: Substring, isSigned: Bool = false) -> Bool {
            facts.contains(.init(relation: relation, isSigned: isSigned, type: count.type, left: left, right: right))
        }
        // The next number after one that is less is at most the end; the first one itself need not be less.
        let isLess = count.isCurrent || known(.different, count.start, end) || known(.different, end, count.start)
        for isSigned in [true, false] {
            if known(.less, count.start, end, isSigned: isSigned) { return isSigned }
            if isLess, known(.lessOrEqual, count.start, end, isSigned: isSigned) { return isSigned }
        }
        return isLess && count.start == "0" ? false : nil
    }

    /// Whether no turn follows another but by way of a branch.
    private func everyTurn(of count: Count, passes block: Int, towards next: Int) -> Bool {
        guard count.body.contains(block), count.body.contains(next) else { return false }
        var pending = [count.header]
        var seen: Set<Int> = []
        while let current = pending.popLast() {
            guard seen.insert(current).inserted else { continue }
            for successor in flow.blocks[current].successors where count.body.contains(successor) {
                if current == block, successor == next { continue }
                if successor == count.header { return false }
                pending.append(successor)
            }
        }
        return true
    }
}
