// SPDX-License-Identifier: Apache-2.0

/// The operators of C++ by their two letters ("Operator Encodings" of the Itanium C++ ABI).
struct CPlusPlusOperator {
    /// As it is written; for those that are words, without the space in front.
    let text: String
    /// How many operands it takes in expressions; 0 for those that have forms of their own there.
    let operands: Int

    /// As one number for each.
    static func named(_ first: UInt8, _ second: UInt8) -> CPlusPlusOperator? {
        table[UInt16(first) << 8 | UInt16(second)].map { CPlusPlusOperator(text: $0.0, operands: $0.1) }
    }

    private static let table: [UInt16: (String, Int)] = {
        let rows: [(String, String, Int)] = [
            ("aN", "&=", 2), ("aS", "=", 2), ("aa", "&&", 2), ("ad", "&", 1), ("an", "&", 2), ("aw", "co_await ", 1), ("cl", "()", 0),
            ("cm", ",", 2), ("co", "~", 1), ("dV", "/=", 2), ("da", "delete[] ", 1), ("de", "*", 1), ("dl", "delete ", 1), ("dv", "/", 2),
            ("eO", "^=", 2), ("eo", "^", 2), ("eq", "==", 2), ("ge", ">=", 2), ("gt", ">", 2), ("ix", "[]", 0), ("lS", "<<=", 2),
            ("le", "<=", 2), ("ls", "<<", 2), ("lt", "<", 2), ("mI", "-=", 2), ("mL", "*=", 2), ("mi", "-", 2), ("ml", "*", 2),
            ("mm", "--", 1), ("na", "new[]", 0), ("ne", "!=", 2), ("ng", "-", 1), ("nt", "!", 1), ("nw", "new", 0), ("oR", "|=", 2),
            ("oo", "||", 2), ("or", "|", 2), ("pL", "+=", 2), ("pl", "+", 2), ("pm", "->*", 2), ("pp", "++", 1), ("ps", "+", 1),
            ("pt", "->", 0), ("qu", "?", 0), ("rM", "%=", 2), ("rS", ">>=", 2), ("rm", "%", 2), ("rs", ">>", 2), ("ss", "<=>", 2),
        ]
        return Dictionary(
            rows.map { row in
                let letters = Array(row.0.utf8)
                return (UInt16(letters[0]) << 8 | UInt16(letters[1]), (row.1, row.2))
            }, uniquingKeysWith: { first, _ in first })
    }()
}
