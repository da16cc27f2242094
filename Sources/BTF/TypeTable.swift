// SPDX-License-Identifier: Apache-2.0

import Bytes

/// Types as they stand in the file, but as words in the machine's order: what writing, joining and de-duplicating work on.
///
/// Nothing is lost that ``BTFType`` has no place for, and numbers and names of a type can be changed where they stand.
struct TypeTable: Sendable {
    /// All types, one behind the other; every type is made of whole words of 32 bits.
    private(set) var words: [UInt32] = []
    /// Where each type begins in `words`.
    private(set) var starts: [UInt32] = []

    /// The number of types.
    var count: Int { starts.count }

    /// What all types have.
    struct Header {
        /// Where the type begins in the words, and where what follows its header does.
        let start: Int
        let name: UInt32
        let info: TypeInfo
        /// A size in bytes or a type's number: the kind says which.
        let sizeOrType: UInt32

        var kind: BTFKind { info.kind }
        var count: Int { info.count }
        var flag: Bool { info.flag }
        var rest: Int { start + 3 }
    }

    @inline(__always)
    func header(_ index: Int) -> Header {
        let start = Int(starts[index])
        return Header(start: start, name: words[start], info: TypeInfo(words[start + 1]), sizeOrType: words[start + 2])
    }

    /// The words of a type, with its header.
    func range(_ index: Int) -> Range<Int> {
        Int(starts[index])..<(index + 1 < starts.count ? Int(starts[index + 1]) : words.count)
    }

    subscript(word: Int) -> UInt32 {
        @inline(__always) get { words[word] }
        @inline(__always) set { words[word] = newValue }
    }

    /// Appends a type; the caller vouches that there are as many words as its kind and count say.
    mutating func append(name: UInt32, info: TypeInfo, sizeOrType: UInt32, _ rest: some Sequence<UInt32>) {
        starts.append(UInt32(truncatingIfNeeded: words.count))
        words.append(name)
        words.append(info.word)
        words.append(sizeOrType)
        words.append(contentsOf: rest)
    }

    mutating func append(_ slice: ArraySlice<UInt32>) {
        starts.append(UInt32(truncatingIfNeeded: words.count))
        words.append(contentsOf: slice)
    }

    /// Appends all own types of a BTF, which refer to what they referred to there.
    mutating func append(typesOf btf: BTF) {
        let first = words.count
        let order = btf.byteOrder
        btf.types.withBytes { bytes in
            let count = bytes.byteCount / 4
            words.reserveCapacity(first + count)
            for index in 0..<count {
                // Inside: `count` words of four bytes are no more than there are.
                words.append(order.convert(bytes.unsafeLoadUnaligned(fromUncheckedByteOffset: 4 &* index, as: UInt32.self)))
            }
        }
        starts.reserveCapacity(starts.count + btf.offsets.count)
        // The pass that found the types has seen that they fill the words without gaps, and that each is made of whole words.
        for offset in btf.offsets { starts.append(UInt32(truncatingIfNeeded: first + Int(offset) / 4)) }
    }

    /// Calls `body` with the place of each word of a type that is the number of another.
    @inline(__always)
    func forEachReference<Failure>(_ header: Header, _ body: (Int) throws(Failure) -> Void) throws(Failure) {
        let kind = header.kind
        if kind.headerRefers { try body(header.start + 2) }
        if kind == .array {
            try body(header.rest)
            try body(header.rest + 1)
        } else if let entry = kind.entry, let place = entry.type {
            var word = header.rest + place
            for _ in 0..<header.count {
                try body(word)
                word += entry.wordCount
            }
        }
    }

    /// Puts other numbers in the place of those that a type refers to.
    @inline(__always)
    mutating func renumber<Failure>(_ header: Header, _ new: (UInt32) throws(Failure) -> UInt32) throws(Failure) {
        let kind = header.kind
        if kind.headerRefers { words[header.start + 2] = try new(header.sizeOrType) }
        if kind == .array {
            words[header.rest] = try new(words[header.rest])
            words[header.rest + 1] = try new(words[header.rest + 1])
        } else if let entry = kind.entry, let place = entry.type {
            var word = header.rest + place
            for _ in 0..<header.count {
                words[word] = try new(words[word])
                word += entry.wordCount
            }
        }
    }

    /// Puts other offsets in the place of those of a type's names.
    @inline(__always)
    mutating func rename<Failure>(_ header: Header, _ new: (UInt32) throws(Failure) -> UInt32) throws(Failure) {
        words[header.start] = try new(header.name)
        guard let entry = header.kind.entry, entry.hasName else { return }
        var word = header.rest
        for _ in 0..<header.count {
            words[word] = try new(words[word])
            word += entry.wordCount
        }
    }

    /// The table without the types at some places; what refers to others still has their old numbers.
    func without(_ places: Set<Int>) -> TypeTable {
        var smaller = TypeTable()
        for index in 0..<count where !places.contains(index) { smaller.append(words[range(index)]) }
        return smaller
    }

    /// Appends all types of another table.
    mutating func append(_ other: TypeTable) {
        let offset = UInt32(truncatingIfNeeded: words.count)
        words += other.words
        starts.reserveCapacity(starts.count + other.count)
        for start in other.starts { starts.append(start + offset) }
    }
}

extension BTFKind {
    /// What the entries of a kind look like that has some: members, enumerators, parameters, variables.
    struct EntryLayout {
        let wordCount: Int
        /// Whether the first word is a name.
        let hasName: Bool
        /// Which word is the number of a type.
        let type: Int?
    }

    /// Whether the third word of the header is the number of a type, not a size.
    var headerRefers: Bool {
        switch self {
        case .pointer, .alias, .volatile, .constant, .restrict, .function, .prototype, .variable, .declarationTag, .typeTag: true
        case .void, .integer, .array, .structure, .union, .enumeration, .forward, .dataSection, .floatingPoint, .enumeration64: false
        }
    }

    /// What the entries look like, of which there are as many as the header's count says.
    var entry: EntryLayout? {
        switch self {
        case .structure, .union: EntryLayout(wordCount: 3, hasName: true, type: 1)
        case .enumeration: EntryLayout(wordCount: 2, hasName: true, type: nil)
        case .enumeration64: EntryLayout(wordCount: 3, hasName: true, type: nil)
        case .prototype: EntryLayout(wordCount: 2, hasName: true, type: 1)
        case .dataSection: EntryLayout(wordCount: 3, hasName: false, type: 0)
        default: nil
        }
    }
}
