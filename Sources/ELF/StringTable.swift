// SPDX-License-Identifier: Apache-2.0

import Bytes

/// The strings that a table refers to by offsets, read such that a table cannot make more of them than a file in good faith would.
///
/// Offsets may point into the middle of strings, so a file of a megabyte could claim tens of thousands of names of half a megabyte each.
/// Names that differ take room in the table of strings; equal ones are rarely long. So a reading may make twice as many bytes as the table
/// has, and 256 more for each name.
struct StringTable {
    private let bytes: ByteView
    private let what: String
    private var allowance: Int

    /// - Parameters:
    ///   - what: what the names are of, for the error.
    ///   - count: how many names will be read.
    init(_ bytes: ByteView, of what: String, count: Int) {
        self.bytes = bytes
        self.what = what
        // Both are bounded by the size of a file in memory.
        allowance = 2 * bytes.count + 256 * (count + 1)
    }

    /// Counts the string at an offset and gives its length, or `nil` where it has no end inside of the table.
    ///
    /// - Throws: ``ELFError`` where the strings that were read are longer than the table can hold in good faith.
    mutating func length(at offset: Int) throws(ELFError) -> Int? {
        let length = bytes.stringLength(at: offset)
        // A string without an end was searched for one to the end of the table.
        let cost = length ?? Swift.max(0, bytes.count - Swift.max(0, offset))
        guard cost <= allowance else {
            throw ELFError(.malformed, "the names of \(what) are longer together than their \(bytes.count) bytes of strings allow")
        }
        allowance -= cost
        return length
    }

    /// The string at an offset; empty where it has no end inside of the table.
    mutating func string(at offset: Int) throws(ELFError) -> String {
        // The empty name at 0 is that of most sections' symbols.
        guard offset != 0 || bytes[0] != 0 else { return "" }
        guard try length(at: offset) != nil else { return "" }
        return bytes.string(at: offset) ?? ""
    }
}
