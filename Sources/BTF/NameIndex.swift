// SPDX-License-Identifier: Apache-2.0

import Bytes
import Synchronization

/// Where the types of a name are: a hash table whose chains run through the types themselves.
///
/// Twelve bytes a type at most, made in one pass. Types of one name form one chain, so that however many there are, each is
/// entered in constant time.
struct NameIndex: Sendable {
    /// The first type of each chain, counted from the first own type plus one; 0 ends a chain.
    private let heads: [UInt32]
    /// For each type the next of its chain.
    private let next: [UInt32]
    /// The types whose names have a flavor (`foo___old`), counted from 0, by the hash of what stands before it.
    private let flavored: [UInt32: [UInt32]]

    init(_ btf: BTF) {
        var size = 16
        while size < btf.offsets.count { size *= 2 }
        var heads = [UInt32](repeating: 0, count: size)
        var next = [UInt32](repeating: 0, count: btf.offsets.count)
        var flavored: [UInt32: [UInt32]] = [:]
        // From the last to the first, so that chains run from the first to the last.
        for index in stride(from: btf.offsets.count - 1, through: 0, by: -1) {
            guard let offset = btf.types.integer(UInt32.self, at: Int(btf.offsets[index]), order: btf.byteOrder), offset != 0 else { continue }
            let place = btf.place(ofString: offset)
            guard let name = NameHash(place.strings, at: place.offset) else { continue }
            let bucket = Int(name.hash) & (size - 1)
            next[index] = heads[bucket]
            heads[bucket] = UInt32(index + 1)
            guard name.mayHaveFlavor, let length = btf.flavorlessLength(at: offset),
                let essence = NameHash(place.strings, at: place.offset, count: length)
            else { continue }
            flavored[essence.hash, default: []].append(UInt32(index))
        }
        self.heads = heads
        self.next = next
        self.flavored = flavored.mapValues { $0.reversed() }
    }

    /// The places of the own types whose names may be this one with a flavor; others may be among them.
    func flavors(_ hash: UInt32) -> [UInt32] { flavored[hash] ?? [] }

    /// Calls `body` with the place of every own type that may have this name; others may be among them.
    func forEach(_ hash: UInt32, _ body: (Int) -> Void) {
        var current = heads[Int(hash) & (heads.count - 1)]
        while current != 0 {
            body(Int(current) - 1)
            current = next[Int(current) - 1]
        }
    }
}

/// The hash of a NUL-terminated name, eight bytes at a time.
struct NameHash {
    private(set) var hash: UInt32 = 0
    /// Whether three underscores may stand in it.
    private(set) var mayHaveFlavor = false

    /// `nil` where the name has no end.
    init?(_ strings: ByteView, at offset: Int) {
        var offset = offset
        var state: UInt64 = 0x9E37_79B9_7F4A_7C15
        while true {
            let word: UInt64
            if let whole = strings.integer(UInt64.self, at: offset, order: .littleEndian) {
                word = whole
            } else {
                guard let rest = Self.lastWord(strings, at: offset) else { return nil }
                word = rest
            }
            // The lowest set bit marks the first byte that is zero.
            let zeros = (word &- Self.ones) & ~word & Self.tops
            let underscores = word ^ (Self.ones &* 0x5F)
            let marks = (underscores &- Self.ones) & ~underscores & Self.tops
            // Two in a row inside of the word are enough to look closer later; three may cross its border.
            if marks & (marks << 8) != 0 { mayHaveFlavor = true }
            guard zeros == 0 else {
                let kept = zeros.trailingZeroBitCount - 7
                mix(&state, word & (kept == 0 ? 0 : UInt64.max >> UInt64(64 - kept)))
                break
            }
            mix(&state, word)
            offset += 8
        }
        hash = UInt32(truncatingIfNeeded: state >> 32)
    }

    init(_ name: String) {
        // A view of a copy: the NUL is there, so there is always an answer.
        self = NameHash(ByteView(Array(name.utf8) + [0]), at: 0) ?? NameHash()
    }

    /// The hash of the first bytes of a name.
    init?(_ strings: ByteView, at offset: Int, count: Int) {
        guard let name = strings.slice(at: offset, count: count) else { return nil }
        self.init(ByteView(name.array() + [0]), at: 0)
    }

    private init() {}

    private static let ones: UInt64 = 0x0101_0101_0101_0101
    private static let tops: UInt64 = 0x8080_8080_8080_8080

    private func mix(_ state: inout UInt64, _ word: UInt64) {
        state = (state ^ word) &* 0xFF51_AFD7_ED55_8CCD
        state ^= state >> 32
    }

    /// The last bytes of the strings, filled up with ones; `nil` where there is no NUL in them.
    private static func lastWord(_ strings: ByteView, at offset: Int) -> UInt64? {
        var word = UInt64.max
        for position in 0..<8 {
            guard let byte = strings[offset + position] else { return nil }
            word = word & ~(0xFF << UInt64(8 * position)) | UInt64(byte) << UInt64(8 * position)
            if byte == 0 { return word }
        }
        return word
    }
}

/// Decides when an index pays: a few names are found faster by going over the types.
///
/// It belongs to one BTF and is given back with it.
final class NameIndexCache: Sendable {
    private struct State {
        var scans = 0
        var index: NameIndex?
    }

    private let state = Mutex(State())

    /// After so many scans, which cost about as much as making the index, it is made.
    private static let scansBeforeIndex = 8

    /// The index, where there is one or it pays to make it now; `nil` says to scan.
    func index(of btf: BTF, now: Bool = false) -> NameIndex? {
        state.withLock { state in
            if let index = state.index { return index }
            state.scans += 1
            guard now || state.scans > Self.scansBeforeIndex else { return nil }
            let index = NameIndex(btf)
            state.index = index
            return index
        }
    }
}
