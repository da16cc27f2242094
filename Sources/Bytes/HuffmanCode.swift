// SPDX-License-Identifier: Apache-2.0

/// A code of deflate, which is known by the lengths of its words (RFC 1951, section 3.2.2): shorter words come first, and words of one length in the order
/// of what they stand for.
struct HuffmanCode {
    private static let longest = 15
    /// How many words of each length there are.
    private var counts = [Int](repeating: 0, count: HuffmanCode.longest + 1)
    /// What the words stand for, in their order.
    private var symbols: [Int] = []

    /// A code whose word for each number has so many bits; 0 for a number that has no word.
    ///
    /// - Parameter lengths: at most 15 each.
    /// - Throws: ``CompressionError`` where there are more words of a length than fit, or fewer than bits can spell: only a code of one word, or of none,
    ///   may leave something out.
    init(lengths: some Collection<UInt8>, of what: StaticString) throws(CompressionError) {
        for length in lengths where length > 0 { counts[Int(length)] += 1 }
        // How many words of the length that is looked at are still free.
        var free = 1
        for length in 1...Self.longest {
            free = free * 2 - counts[length]
            guard free >= 0 else { throw CompressionError(.malformed, "the code for \(what) has more words than fit") }
        }
        let count = counts.reduce(0, +)
        guard free == 0 || count == 0 || count == 1 && counts[1] == 1 else {
            throw CompressionError(.malformed, "the code for \(what) leaves words without a meaning")
        }
        var places = [Int](repeating: 0, count: Self.longest + 1)
        for length in 1..<Self.longest { places[length + 1] = places[length] + counts[length] }
        symbols = [Int](repeating: 0, count: count)
        for (symbol, length) in lengths.enumerated() where length > 0 {
            symbols[places[Int(length)]] = symbol
            places[Int(length)] += 1
        }
    }

    /// Reads a word, its highest bit first; answers what it stands for.
    func next(_ bits: inout BitReader) throws(CompressionError) -> Int {
        // The word so far, the first word of this length, and the place of what that one stands for.
        var (word, first, place) = (0, 0, 0)
        for length in 1...Self.longest {
            word |= try bits.bits(1)
            let count = counts[length]
            if word - first < count { return symbols[place + word - first] }
            place += count
            first = (first + count) * 2
            word *= 2
        }
        throw CompressionError(.malformed, "a word of the compressed bytes stands for nothing")
    }
}
