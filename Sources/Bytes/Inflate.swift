// SPDX-License-Identifier: Apache-2.0

/// Decompresses what deflate made (RFC 1951).
enum Inflate {
    /// Reads blocks up to the last and appends what they stand for. What they repeat must have been appended by this call.
    ///
    /// - Parameter limit: the most bytes that `output` may have.
    static func decompress(_ bits: inout BitReader, into output: inout [UInt8], limit: Int) throws(CompressionError) {
        let start = output.count
        var isLast = false
        while !isLast {
            isLast = try bits.bits(1) == 1
            switch try bits.bits(2) {
            case 0: try copyStored(&bits, into: &output, limit: limit)
            case 1: try decode(&bits, try Codes.fixed.get(), into: &output, from: start, limit: limit)
            case 2: try decode(&bits, try Codes(&bits), into: &output, from: start, limit: limit)
            default: throw CompressionError(.malformed, "a block of the compressed bytes is of a kind that does not exist")
            }
        }
    }

    /// A block that is not compressed: its length, the same inverted, and the bytes.
    private static func copyStored(_ bits: inout BitReader, into output: inout [UInt8], limit: Int) throws(CompressionError) {
        bits.alignToByte()
        let (length, inverted) = (try bits.bits(16), try bits.bits(16))
        guard length == inverted ^ 0xFFFF else { throw CompressionError(.malformed, "a block of the compressed bytes contradicts its own length") }
        guard length <= limit - output.count else { throw tooLarge(limit) }
        output += try bits.take(length).array()
    }

    private static func decode(
        _ bits: inout BitReader, _ codes: Codes, into output: inout [UInt8], from start: Int, limit: Int
    ) throws(CompressionError) {
        while true {
            let symbol = try codes.literals.next(&bits)
            if symbol < 256 {
                guard output.count < limit else { throw tooLarge(limit) }
                output.append(UInt8(truncatingIfNeeded: symbol))
                continue
            }
            if symbol == Codes.endOfBlock { return }
            let length = try repetition(&bits, Codes.lengths, symbol - 257)
            let distance = try repetition(&bits, Codes.distances, try codes.distances.next(&bits))
            guard distance <= output.count - start else {
                throw CompressionError(.malformed, "the compressed bytes repeat something that stands before their beginning")
            }
            guard length <= limit - output.count else { throw tooLarge(limit) }
            // What is repeated may be what is being appended.
            for _ in 0..<length { output.append(output[output.count - distance]) }
        }
    }

    /// A length or a distance: the base of its symbol, and some bits that are added.
    private static func repetition(
        _ bits: inout BitReader, _ table: [(base: Int, bitCount: Int)], _ index: Int
    ) throws(CompressionError) -> Int {
        guard table.indices.contains(index) else {
            throw CompressionError(.malformed, "the compressed bytes repeat something of a length or distance that does not exist")
        }
        return table[index].base + (try bits.bits(table[index].bitCount))
    }

    private static func tooLarge(_ limit: Int) -> CompressionError {
        CompressionError(.tooLarge, "the compressed bytes hold more than \(limit)")
    }
}

extension Inflate {
    /// The two codes of a block.
    fileprivate struct Codes {
        let literals: HuffmanCode
        let distances: HuffmanCode

        static let endOfBlock = 256
        /// What the symbols from 257 on stand for (RFC 1951, section 3.2.5).
        static let lengths: [(base: Int, bitCount: Int)] = {
            // Eight symbols without further bits, then four for each number of bits; the last is one of its own.
            var (rows, base) = ([(base: Int, bitCount: Int)](), 3)
            for index in 0..<28 {
                let bitCount = max(0, index / 4 - 1)
                rows.append((base, bitCount))
                base += 1 << bitCount
            }
            return rows + [(258, 0)]
        }()
        /// What the symbols of distances stand for.
        static let distances: [(base: Int, bitCount: Int)] = {
            var (rows, base) = ([(base: Int, bitCount: Int)](), 1)
            for index in 0..<30 {
                let bitCount = max(0, index / 2 - 1)
                rows.append((base, bitCount))
                base += 1 << bitCount
            }
            return rows
        }()

        private init(literals: HuffmanCode, distances: HuffmanCode) {
            self.literals = literals
            self.distances = distances
        }

        /// The codes that need no description (section 3.2.6).
        static let fixed = Result { () throws(CompressionError) in
            let literals = (0..<288).map { $0 < 144 ? UInt8(8) : $0 < 256 ? 9 : $0 < 280 ? 7 : 8 }
            return Codes(
                literals: try HuffmanCode(lengths: literals, of: "bytes"),
                distances: try HuffmanCode(lengths: [UInt8](repeating: 5, count: 32), of: "distances"))
        }

        /// Codes that a block describes: by the lengths of their words, which are compressed themselves (section 3.2.7).
        init(_ bits: inout BitReader) throws(CompressionError) {
            let literalCount = try bits.bits(5) + 257
            let distanceCount = try bits.bits(5) + 1
            guard literalCount <= 286, distanceCount <= 30 else {
                throw CompressionError(.malformed, "a block of the compressed bytes has more words than there are things to say")
            }
            let lengths = try Self.wordLengths(&bits, literalCount + distanceCount)
            guard lengths[Self.endOfBlock] > 0 else { throw CompressionError(.malformed, "a block of the compressed bytes has no end") }
            literals = try HuffmanCode(lengths: lengths[..<literalCount], of: "bytes")
            distances = try HuffmanCode(lengths: lengths[literalCount...], of: "distances")
        }

        /// The order in which the lengths of the words for lengths come.
        private static let order = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15]

        private static func wordLengths(_ bits: inout BitReader, _ count: Int) throws(CompressionError) -> [UInt8] {
            var own = [UInt8](repeating: 0, count: order.count)
            for place in order.prefix(try bits.bits(4) + 4) { own[place] = UInt8(truncatingIfNeeded: try bits.bits(3)) }
            let code = try HuffmanCode(lengths: own, of: "lengths")
            var lengths: [UInt8] = []
            while lengths.count < count {
                let symbol = try code.next(&bits)
                var repeated = (length: UInt8(0), count: 1)
                switch symbol {
                case 16:
                    guard let last = lengths.last else {
                        throw CompressionError(.malformed, "the first length of a word is said to be the one before")
                    }
                    repeated = (last, try bits.bits(2) + 3)
                case 17: repeated.count = try bits.bits(3) + 3
                case 18: repeated.count = try bits.bits(7) + 11
                default: repeated.length = UInt8(truncatingIfNeeded: symbol)
                }
                guard repeated.count <= count - lengths.count else {
                    throw CompressionError(.malformed, "a block of the compressed bytes describes more words than it has")
                }
                lengths += [UInt8](repeating: repeated.length, count: repeated.count)
            }
            return lengths
        }
    }
}
