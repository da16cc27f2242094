// SPDX-License-Identifier: Apache-2.0

import Bytes

/// Makes mutations of an object: each from its number alone, so that any of them can be seen again.
struct Mutator {
    let original: [UInt8]
    let fields: Fields
    /// The objects of which parts are spliced in.
    let donors: [[UInt8]]

    private enum Change: CaseIterable {
        case flippedBit, changedByte, extreme, extremeAgain, extremeOnceMore, neighbour, splice, graft, shift, truncation
    }

    init(_ original: [UInt8], donors: [[UInt8]]) {
        self.original = original
        self.donors = donors
        fields = Fields(of: original)
    }

    /// The mutation with a number: the original with one to four changes.
    func mutation(_ number: Int) -> [UInt8] {
        var generator = SplitMix(seed: UInt64(number))
        var bytes = original
        for _ in 0..<Int.random(in: 1...4, using: &generator) {
            guard bytes.count > 16 else { break }
            change(&bytes, using: &generator)
        }
        return bytes
    }

    private func change(_ bytes: inout [UInt8], using generator: inout SplitMix) {
        let place = Int.random(in: 0..<bytes.count, using: &generator)
        switch Change.allCases.randomElement(using: &generator) ?? .flippedBit {
        case .flippedBit: bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
        case .changedByte: bytes[place] = UInt8.random(in: 0...255, using: &generator)
        case .extreme, .extremeAgain, .extremeOnceMore:
            guard let field = fields.random(using: &generator) else { return }
            field.store(Self.extremes.randomElement(using: &generator) ?? 0, in: &bytes, fields.order)
        case .neighbour:
            guard let field = fields.random(using: &generator) else { return }
            let old = field.value(in: bytes, fields.order)
            field.store([old &+ 1, old &- 1, old &* 2, UInt64(bytes.count) &- old].randomElement(using: &generator) ?? 0, in: &bytes, fields.order)
        case .splice: splice(&bytes, at: place, maximum: 256, using: &generator)
        case .graft:
            // Over a section's beginning: where its bytes are of the same kind in all objects.
            guard let section = fields.sections.randomElement(using: &generator) else { return }
            splice(&bytes, at: section.lowerBound, maximum: section.count, using: &generator)
        case .shift:
            let length = min(Int.random(in: 1...64, using: &generator), bytes.count - place)
            if place % 2 == 0 {
                bytes.removeSubrange(place..<place + length)
            } else {
                bytes.insert(contentsOf: bytes[place..<place + length], at: place)
            }
        // Whoever loses the end loses the table of sections, mostly, so that nothing else is seen: rarer than the others.
        case .truncation: if place % 4 == 0 { bytes.removeSubrange(place...) }
        }
    }

    /// Numbers that offsets, sizes and counts are compared with, or overflow at, cut to the field's size.
    private static let extremes: [UInt64] = [
        0, 1, 8, 0x7F, 0xFF, 0x7FFF, 0xFF00, 0xFFFF, 0x7FFF_FFFF, 0x8000_0000, 0xFFFF_FFF8, 0xFFFF_FFFF, 1 << 63 - 1, 1 << 63, .max - 7, .max,
    ]

    private func splice(_ bytes: inout [UInt8], at place: Int, maximum: Int, using generator: inout SplitMix) {
        guard let donor = donors.randomElement(using: &generator), !donor.isEmpty, maximum > 0, place < bytes.count else { return }
        let from = Int.random(in: 0..<donor.count, using: &generator) / 8 * 8
        let count = min(Int.random(in: 1...maximum, using: &generator), donor.count - from, bytes.count - place)
        bytes.replaceSubrange(place..<place + count, with: donor[from..<from + count])
    }
}

/// A generator of the same numbers on every machine and in every run (SplitMix64).
struct SplitMix: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) {
        state = seed
    }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
