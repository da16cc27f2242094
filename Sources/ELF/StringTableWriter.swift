// SPDX-License-Identifier: Apache-2.0

/// A table of strings in which each stands once, and one that another ends with stands in that one's end.
struct StringTableWriter {
    /// The table's bytes, with the empty string in front.
    private(set) var bytes: [UInt8] = [0]
    private var offsets: [[UInt8]: UInt32] = [[]: 0]

    /// - Throws: ``ELFError`` where a name cannot stand in a table, or the table is larger than offsets of four bytes reach.
    init(_ names: [String]) throws(ELFError) {
        // Strings are equal where they look the same; names only where their bytes are.
        var unique = Set<[UInt8]>()
        for name in names where !name.isEmpty {
            let text = Array(name.utf8)
            guard !text.contains(0) else { throw ELFError(.unwritable, "the name '\(name)' has a NUL in it, which ends names") }
            unique.insert(text)
        }
        // Sorted by what they end with, the longest first: a string that is the end of others comes directly behind one of them.
        let sorted = unique.sorted { $1.reversed().lexicographicallyPrecedes($0.reversed()) }
        var last: ArraySlice<UInt8> = []
        for text in sorted {
            if !last.isEmpty, last.count > text.count, last.suffix(text.count).elementsEqual(text) {
                offsets[text] = UInt32(bytes.count - 1 - text.count)
                continue
            }
            guard let offset = UInt32(exactly: bytes.count) else {
                throw ELFError(.unwritable, "the names take more than 2^32 bytes")
            }
            offsets[text] = offset
            bytes += text
            bytes.append(0)
            last = text[...]
        }
    }

    /// Where a name stands that was given when the table was made.
    func offset(of name: String) -> UInt32 {
        offsets[Array(name.utf8)] ?? 0
    }
}
