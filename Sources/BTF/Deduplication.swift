// SPDX-License-Identifier: Apache-2.0

import Bytes

extension BTF {
    /// The same types, each of them once: what linking of objects, each with its own copy of the same headers, ends with.
    ///
    /// The rules are those of libbpf's `btf__dedup`:
    /// 1. Strings that are equal become one, and those that no type uses are dropped.
    /// 2. Types that refer to no others are equal when their contents are; an enumeration without values is a declaration.
    /// 3. Structs, unions and typedefs are equal when the whole graphs are that they begin, where a declaration (`struct foo;`) may
    ///    stand for the struct itself, and then is resolved to it.
    /// 4. A declaration that is left is resolved when there is exactly one struct or union of its name.
    /// 5. Pointers, arrays, qualifiers, tags, prototypes and functions are equal when what they refer to is one and the same.
    /// 6. What is left moves together and is numbered anew.
    ///
    /// Variables and data sections stay as many as they are; merging those is what a linker does. Passes follow each other until
    /// one finds nothing, so that doing it again changes nothing. The work is bounded: types that were made up to be
    /// compared for ever stay apart.
    ///
    /// For types that stand on a base, equal ones of the base take their place, and the base stays as it is.
    ///
    /// - Returns: the types, and the new number of each by its old one. Offsets of strings change: see
    ///   ``BTFExtension/moved(from:to:types:)``.
    /// - Throws: ``BTFError`` where a type refers to one that does not exist, is of a kind that is not known, or types go in a circle in which no struct, union or
    ///   typedef is.
    public func deduplicated() throws(BTFError) -> (btf: BTF, map: [TypeID]) {
        var builder = BTFBuilder(base: base)
        try builder.append(contentsOf: self)
        let map = try builder.deduplicate()
        return (try builder.btf(byteOrder), map)
    }
}

extension BTFBuilder {
    /// Makes equal types one, see ``BTF/deduplicated()``. Strings stay where they are.
    ///
    /// - Returns: the new number of every type, by its old one.
    /// - Throws: as ``BTF/deduplicated()`` does.
    @discardableResult
    public mutating func deduplicate() throws(BTFError) -> [TypeID] {
        guard kindSizes == nil else {
            throw BTFError(.unknownKind, "there are types of a kind that is newer than this reader, so that it cannot be known which are equal")
        }
        var map = (0..<UInt32(truncatingIfNeeded: count)).map { TypeID($0) }
        var budget = Deduplication.budget(words: table.words.count)
        while true {
            var pass = try Deduplication(base: base, own: table, strings: &strings, budget: budget)
            try pass.run()
            let (smaller, numbers) = pass.compacted()
            budget = pass.budget
            map = map.map { numbers[Int($0.rawValue)] }
            let isDone = smaller.count == table.count
            table = smaller
            if isDone { return map }
        }
    }
}

/// One pass over all types that finds which of them are equal.
struct Deduplication {
    /// The types of the base, then the others. The place of a type is its number less one.
    var table: TypeTable
    /// The number of the first type that may change.
    let firstOwn: UInt32
    /// For each type the one that it is equal to, by number; itself where it stays, and ``undecided`` before that is known.
    var map: [UInt32]
    /// How many words may still be compared.
    var budget: Int
    /// Which type of the candidate's graph each of the canonical graph is assumed to be equal to, see `isEquivalent`.
    var assumptions: [UInt32]
    var assumed: [UInt32] = []

    static let undecided = UInt32.max

    /// Generous for what compilers make: the kernel's types need a few comparisons a word.
    static func budget(words: Int) -> Int { 10_000_000 + 16 * words }

    init(base: BTF?, own: TypeTable, strings: inout StringTable, budget: Int) throws(BTFError) {
        table = TypeTable()
        if let base { table.append(typesOf: base) }
        firstOwn = UInt32(truncatingIfNeeded: table.count + 1)
        table.append(own)
        self.budget = budget
        map = [UInt32](repeating: Self.undecided, count: table.count + 1)
        assumptions = map
        let end = UInt32(truncatingIfNeeded: map.count)
        for index in 0..<table.count {
            let header = table.header(index)
            try table.forEachReference(header) { (word) throws(BTFError) in
                guard table[word] < end else {
                    throw BTFError(.noSuchType, "type \(index + 1) refers to type \(table[word]); there are \(end - 1)")
                }
            }
            table.rename(header) { strings.firstOffset(ofStringAt: $0) }
        }
        // Void, and all types of the base, are what they are.
        for number in 0..<firstOwn { map[Int(number)] = number }
    }

    /// Decides about every type.
    mutating func run() throws(BTFError) {
        mergePrimitives()
        mergeComposites()
        resolveForwards()
        try mergeReferences()
    }

    @inline(__always)
    func header(_ type: UInt32) -> TypeTable.Header { table.header(Int(type) - 1) }

    func isOwn(_ type: UInt32) -> Bool { type >= firstOwn }

    func isDecided(_ type: UInt32) -> Bool { map[Int(type)] != Self.undecided }

    /// The type that stands for another at last. Links are made shorter on the way, so that no chain is walked twice.
    mutating func resolve(_ type: UInt32) -> UInt32 {
        var type = type
        while true {
            let next = map[Int(type)]
            guard next != Self.undecided, next != type else { return type }
            let afterNext = map[Int(next)]
            if afterNext != Self.undecided { map[Int(type)] = afterNext }
            type = next
        }
    }

    /// The number that is left of every type, and the types that stay, with those numbers.
    mutating func compacted() -> (TypeTable, [TypeID]) {
        var numbers = [UInt32](repeating: 0, count: map.count)
        var next = firstOwn
        for type in 0..<UInt32(truncatingIfNeeded: map.count) {
            if !isOwn(type) {
                numbers[Int(type)] = type
            } else if map[Int(type)] == type {
                numbers[Int(type)] = next
                next += 1
            }
        }
        var smaller = TypeTable()
        for type in firstOwn..<UInt32(truncatingIfNeeded: max(map.count, Int(firstOwn))) where map[Int(type)] == type {
            smaller.append(table.words[table.range(Int(type) - 1)])
            smaller.renumber(smaller.header(smaller.count - 1)) { numbers[Int(resolve($0))] }
        }
        let all = (0..<UInt32(truncatingIfNeeded: map.count)).map { TypeID(numbers[Int(resolve($0))]) }
        return (smaller, all)
    }
}
