// SPDX-License-Identifier: Apache-2.0

import Bytes

/// The keywords of C11 up to eight letters, and `asm` and `typeof`.
enum Keywords {
    /// Whether what a text ends with, from an index on, is a keyword.
    ///
    /// There are hundreds of thousands of names: most are told by their length and first letter.
    static func contain(_ text: TextBuffer, from start: Int) -> Bool {
        let count = text.count - start
        guard count >= 2, count <= 8, beginnings[count] >> UInt32(text[start] & 31) & 1 != 0 else { return false }
        var word: UInt64 = 0
        for index in start..<text.count { word = word << 8 | UInt64(text[index]) }
        return words.contains(word)
    }

    /// Each keyword as a number whose digits are its letters.
    private static let words: [UInt64] = spellings.map { $0.utf8.reduce(0) { $0 << 8 | UInt64($1) } }

    /// For each length the first letters that keywords have, as bits.
    private static let beginnings: [UInt32] = {
        var table = [UInt32](repeating: 0, count: 9)
        for word in spellings { table[word.utf8.count] |= 1 << UInt32((word.utf8.first ?? 0) & 31) }
        return table
    }()

    private static let spellings = [
        "asm", "auto", "break", "case", "char", "const", "continue", "default", "do", "double", "else", "enum", "extern", "float", "for", "goto",
        "if", "inline", "int", "long", "register", "restrict", "return", "short", "signed", "sizeof", "static", "struct", "switch", "typedef",
        "typeof", "union", "unsigned", "void", "volatile", "while", "_Alignas", "_Alignof", "_Atomic", "_Bool", "_Complex", "_Generic",
    ]
}
