// SPDX-License-Identifier: Apache-2.0

/// The hash function SHA-256 (FIPS 180-4), by which the kernel knows programs.
public enum SHA256 {
    /// The 32 bytes of the hash of some bytes.
    public static func hash(_ bytes: [UInt8]) -> [UInt8] {
        var state = initial
        var padded = bytes
        padded.append(0x80)
        padded += [UInt8](repeating: 0, count: (119 - bytes.count % 64) % 64)
        padded.append(integer: UInt64(truncatingIfNeeded: bytes.count) &* 8, order: .bigEndian)
        for start in stride(from: 0, to: padded.count, by: 64) { mix(padded[start..<min(start + 64, padded.count)], into: &state) }
        var result: [UInt8] = []
        for word in state { result.append(integer: word, order: .bigEndian) }
        return result
    }

    private static func mix(_ block: ArraySlice<UInt8>, into state: inout [UInt32]) {
        var words: [UInt32] = []
        words.reserveCapacity(64)
        for start in stride(from: block.startIndex, to: block.endIndex, by: 4) {
            words.append(block[start..<start + 4].reduce(0) { $0 << 8 | UInt32($1) })
        }
        for index in words.count..<64 {
            let (a, b) = (words[index - 15], words[index - 2])
            let first = rotate(a, 7) ^ rotate(a, 18) ^ a >> 3
            let second = rotate(b, 17) ^ rotate(b, 19) ^ b >> 10
            words.append(words[index - 16] &+ first &+ words[index - 7] &+ second)
        }
        var work = state
        for index in 0..<64 {
            let (a, b, c, e, f, g) = (work[0], work[1], work[2], work[4], work[5], work[6])
            let sum = rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25)
            let next = work[7] &+ sum &+ (e & f ^ ~e & g) &+ constants[index] &+ words[index]
            let other = (rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22)) &+ (a & b ^ a & c ^ b & c)
            work = [next &+ other, a, b, c, work[3] &+ next, e, f, g]
        }
        for index in state.indices { state[index] = state[index] &+ work[index] }
    }

    private static func rotate(_ word: UInt32, _ count: UInt32) -> UInt32 { word >> count | word << (32 - count) }

    /// The first 32 bits of the fractions of the square roots of the first eight primes.
    private static let initial: [UInt32] = primes.prefix(8).map { UInt32(truncatingIfNeeded: fraction(ofRoot: 2, of: $0)) }

    /// The same of the cube roots of the first sixty-four.
    private static let constants: [UInt32] = primes.map { UInt32(truncatingIfNeeded: fraction(ofRoot: 3, of: $0)) }

    private static let primes: [UInt64] = {
        var found: [UInt64] = []
        var candidate: UInt64 = 2
        while found.count < 64 {
            if !found.contains(where: { candidate % $0 == 0 }) { found.append(candidate) }
            candidate += 1
        }
        return found
    }()

    /// The root of a small number, times 2^32, without its fraction: found bit by bit in integers, so that every machine finds the same.
    private static func fraction(ofRoot degree: Int, of number: UInt64) -> UInt64 {
        var root: UInt64 = 0
        for bit in stride(from: UInt64(37), through: 0, by: -1) where isAtMost(root | 1 << bit, degree, number) { root |= 1 << bit }
        return root
    }

    /// Whether a number's power is at most another's, which is to be thought of as many times 2^32.
    private static func isAtMost(_ root: UInt64, _ degree: Int, _ number: UInt64) -> Bool {
        // 128 bits hold the cube of 38 bits.
        let power = (0..<degree).reduce(UInt128(1)) { power, _ in power * UInt128(root) }
        return power <= UInt128(number) << UInt128(32 * degree)
    }
}
