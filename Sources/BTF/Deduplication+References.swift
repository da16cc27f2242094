// SPDX-License-Identifier: Apache-2.0

/// The third stage: what refers to other types is equal when those are one and the same. From what is decided upwards.
extension Deduplication {
    mutating func mergeReferences() throws(BTFError) {
        var known = TypeHashTable(count: map.count)
        for type in 1..<firstOwn where Self.isReference(header(type).kind) {
            known.add(type, hash: hash(header(type), withReferences: true))
        }
        // Whether what a type refers to is being decided: to meet it again before that is done is to go in a circle.
        var isOpen = [Bool](repeating: false, count: map.count)
        var pending: [UInt32] = []
        for type in firstOwn..<UInt32(truncatingIfNeeded: max(map.count, Int(firstOwn))) where !isDecided(type) {
            pending.append(type)
            while let type = pending.last {
                if isDecided(type) {
                    pending.removeLast()
                } else if isOpen[Int(type)] {
                    decide(reference: type, &known)
                    pending.removeLast()
                } else {
                    isOpen[Int(type)] = true
                    try push(undecidedReferencesOf: type, isOpen, &pending)
                }
            }
        }
    }

    private static func isReference(_ kind: BTFKind) -> Bool {
        switch kind {
        case .pointer, .array, .volatile, .constant, .restrict, .function, .prototype, .declarationTag, .typeTag: true
        default: false
        }
    }

    private func push(undecidedReferencesOf type: UInt32, _ isOpen: [Bool], _ pending: inout [UInt32]) throws(BTFError) {
        try table.forEachReference(header(type)) { (word) throws(BTFError) in
            let target = table[word]
            guard !isDecided(target) else { return }
            guard !isOpen[Int(target)] else {
                throw BTFError(.malformed, "type \(target) goes in a circle in which no struct, union or typedef is")
            }
            pending.append(target)
        }
    }

    /// All that the type refers to is decided.
    private mutating func decide(reference type: UInt32, _ known: inout TypeHashTable) {
        // What was resolved can be looked up while the words are changed.
        var words: [(Int, UInt32)] = []
        table.forEachReference(header(type)) { word in words.append((word, table[word])) }
        for (word, target) in words { table[word] = resolve(target) }
        let header = header(type)
        let hash = hash(header, withReferences: true)
        var candidate = known.first(hash)
        while candidate != 0, budget > 0 {
            budget -= 1
            if isEqual(header, self.header(candidate)) {
                map[Int(type)] = candidate
                return
            }
            candidate = known.after(candidate)
        }
        map[Int(type)] = type
        known.add(type, hash: hash)
    }
}
