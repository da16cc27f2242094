// SPDX-License-Identifier: Apache-2.0

import BTF
import Bytes

/// The strings that records of source lines refer to, each made once: thousands of lines are of one file.
///
/// Offsets may point into the middle of strings, so that few bytes could claim thousands of endless ones. Strings that differ take room, so
/// all together may be twice as long as the types with their strings.
struct LineStrings {
    private var fileNames: [UInt32: String] = [:]
    private var texts: [UInt32: String] = [:]
    private var byteCount = 0

    /// More of a line than this helps nobody.
    private static let longestText = 1000

    /// The name of a file. Our own compiler says where files are from where the source is.
    mutating func fileName(at offset: UInt32, _ btf: BTF) throws(ObjectError) -> String {
        if let known = fileNames[offset] { return known }
        let file = try string(at: offset, btf)
        let name = file.hasPrefix("./") ? String(file.dropFirst(2)) : file
        fileNames[offset] = name
        return name
    }

    /// The text of a line, or its beginning.
    mutating func text(at offset: UInt32, _ btf: BTF) throws(ObjectError) -> String {
        if let known = texts[offset] { return known }
        var text = try string(at: offset, btf)
        if text.utf8.count > Self.longestText { text = String(text.prefix(Self.longestText)) }
        texts[offset] = text
        return text
    }

    private mutating func string(at offset: UInt32, _ btf: BTF) throws(ObjectError) -> String {
        let string = btf.string(at: offset)
        byteCount += string.utf8.count
        guard byteCount <= 2 * btf.bytes.count else {
            throw ObjectError(.malformed, "the source lines are longer together than the strings of the types allow")
        }
        return string
    }
}
