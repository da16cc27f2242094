// SPDX-License-Identifier: Apache-2.0

import Bytes
import Testing

@Suite struct ByteViewBoundsTests {
    let view = ByteView([1, 2, 3, 4, 5, 6, 7, 8])
    /// Offsets that lie outside of eight bytes, or overflow where something is added to or multiplied with them.
    static let outside = [-1, -8, 9, 1 << 31, 1 << 32, Int.max, Int.max - 7, Int.min, Int.min + 1]

    @Test(arguments: outside)
    func anOffsetOutsideOfAViewHasNoValue(_ offset: Int) {
        #expect(view[offset] == nil)
        #expect(view.integer(UInt8.self, at: offset, order: .littleEndian) == nil)
        #expect(view.integer(UInt64.self, at: offset, order: .bigEndian) == nil)
        #expect(view.slice(at: offset, count: 0) == nil)
        #expect(view.suffix(from: offset) == nil)
        #expect(view.string(at: offset) == nil)
        #expect(view.stringLength(at: offset) == nil)
        #expect(!view.holdsString([], at: offset))
    }

    @Test(arguments: outside)
    func aCountThatLeadsOutsideOfAViewHasNoSlice(_ count: Int) {
        for offset in 0...8 { #expect(view.slice(at: offset, count: count) == nil) }
    }

    @Test func offsetsAndCountsOfOtherWidthsDoNotWrapAround() {
        #expect(view.slice(at: UInt64.max, count: 0) == nil)
        #expect(view.slice(at: 0, count: UInt64.max) == nil)
        #expect(view.slice(at: UInt64.max, count: UInt64.max) == nil)
        #expect(view.slice(at: UInt64(Int.max) + 1, count: 1) == nil)
        #expect(view.slice(at: UInt64(1) << 32, count: 1) == nil)
        #expect(view.slice(at: 4, count: UInt64.max - 3) == nil)
        #expect(view.slice(at: Int8(-1), count: UInt8(1)) == nil)
        #expect(view.suffix(from: UInt64.max) == nil)
        #expect(view.slice(at: UInt32(6), count: UInt16(2))?.array() == [7, 8])
    }

    @Test func theEndOfAViewIsAPlaceForAnEmptySliceAndForNothingElse() throws {
        #expect(try #require(view.slice(at: 8, count: 0)).count == 0)
        #expect(try #require(view.suffix(from: 8)).count == 0)
        #expect(view[8] == nil)
        #expect(view.integer(UInt8.self, at: 8, order: .littleEndian) == nil)
    }

    @Test func anIntegerMustLieInsideWithAllOfItsBytes() {
        #expect(view.integer(UInt32.self, at: 4, order: .littleEndian) == 0x0807_0605)
        #expect(view.integer(UInt32.self, at: 5, order: .littleEndian) == nil)
        #expect(view.integer(UInt64.self, at: 0, order: .littleEndian) == 0x0807_0605_0403_0201)
        #expect(view.integer(UInt64.self, at: 1, order: .littleEndian) == nil)
        #expect(view.integer(UInt16.self, at: 7, order: .bigEndian) == nil)
    }

    @Test func anIntegerWiderThanTheViewHasNoValue() throws {
        let short = try #require(view.slice(at: 0, count: 3))
        #expect(short.integer(UInt32.self, at: 0, order: .littleEndian) == nil)
        #expect(short.integer(UInt64.self, at: -1, order: .littleEndian) == nil)
    }

    @Test func integersNeedNoAlignment() {
        for offset in 0...4 {
            let expected = (0..<4).reduce(UInt32(0)) { $0 | UInt32(offset + $1 + 1) << UInt32(8 * $1) }
            #expect(view.integer(UInt32.self, at: offset, order: .littleEndian) == expected)
        }
    }

    @Test func anEmptyViewHoldsNothing() {
        let empty = ByteView([])
        #expect(empty.count == 0)
        #expect(empty[0] == nil)
        #expect(empty.array() == [])
        #expect(empty.string(at: 0) == nil)
        #expect(empty.slice(at: 0, count: 0)?.count == 0)
        #expect(empty.slice(at: 0, count: 1) == nil)
        #expect(empty.withBytes { $0.byteCount } == 0)
    }
}
