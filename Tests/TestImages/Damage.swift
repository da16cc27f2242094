// SPDX-License-Identifier: Apache-2.0

/// A generator of the same numbers on every machine and in every run (SplitMix64), so that a failure can be seen again.
package struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    package init(seed: UInt64) {
        state = seed
    }

    package mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}

/// What may happen to bytes on their way: flipped bits, numbers at the edges of their range, missing and doubled parts.
package enum Damage: CaseIterable {
    case flippedBit, changedByte, edgeWord, edgeWord16, missingEnd, missingPart, doubledPart

    /// Numbers that offsets, sizes and counts are compared with, or overflow at.
    static let edges: [UInt32] = [0, 1, 2, 7, 8, 0x7F, 0xFF, 0xFFFF, 0x1_0000, 0x7FFF_FFFF, 0x8000_0000, 0xFFFF_FFF8, 0xFFFF_FFFF]

    /// A copy of the bytes that is damaged in one to four places.
    package static func copy(of bytes: [UInt8], using generator: inout SeededGenerator) -> [UInt8] {
        var copy = bytes
        for _ in 0..<Int.random(in: 1...4, using: &generator) {
            guard !copy.isEmpty else { return copy }
            (allCases.randomElement(using: &generator) ?? .flippedBit).happen(to: &copy, using: &generator)
        }
        return copy
    }

    private func happen(to bytes: inout [UInt8], using generator: inout SeededGenerator) {
        let place = Int.random(in: 0..<bytes.count, using: &generator)
        let length = min(Int.random(in: 1...32, using: &generator), bytes.count - place)
        switch self {
        case .flippedBit: bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
        case .changedByte: bytes[place] = UInt8.random(in: 0...255, using: &generator)
        case .edgeWord:
            // Numbers stand at multiples of four; sections of eBPF objects are aligned as well.
            let start = place / 4 * 4
            let word = Self.edges.randomElement(using: &generator) ?? 0
            for index in 0..<4 where start + index < bytes.count {
                bytes[start + index] = UInt8(truncatingIfNeeded: word >> UInt32(8 * index))
            }
        case .edgeWord16:
            let start = place / 2 * 2
            let word = Self.edges.randomElement(using: &generator) ?? 0
            for index in 0..<2 where start + index < bytes.count {
                bytes[start + index] = UInt8(truncatingIfNeeded: word >> UInt32(8 * index))
            }
        // A file that loses its end loses all that stands there, so this is rare among the others.
        case .missingEnd: if place % 4 == 0 { bytes.removeSubrange(place...) }
        case .missingPart: bytes.removeSubrange(place..<place + length)
        case .doubledPart: bytes.insert(contentsOf: bytes[place..<place + length], at: place)
        }
    }
}
