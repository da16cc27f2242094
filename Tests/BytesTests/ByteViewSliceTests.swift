// SPDX-License-Identifier: Apache-2.0

import Bytes
import Testing

@Suite struct ByteViewSliceTests {
    let bytes = [UInt8](0..<64)

    @Test func aSliceShowsExactlyItsBytes() throws {
        let view = ByteView(bytes)
        for offset in 0...64 {
            for count in 0...(64 - offset) {
                let slice = try #require(view.slice(at: offset, count: count))
                #expect(slice.count == count)
                #expect(slice.array() == Array(bytes[offset..<offset + count]))
            }
        }
    }

    @Test func aSliceOfASliceCountsFromTheSlice() throws {
        let outer = try #require(ByteView(bytes).slice(at: 16, count: 32))
        let inner = try #require(outer.slice(at: 8, count: 4))
        #expect(inner.array() == [24, 25, 26, 27])
        #expect(inner.suffix(from: 3)?.array() == [27])
        #expect(inner[0] == 24)
        #expect(inner.integer(UInt16.self, at: 2, order: .bigEndian) == 0x1A1B)
    }

    @Test func aSliceDoesNotShowWhatLiesAroundIt() throws {
        let outer = try #require(ByteView(bytes).slice(at: 16, count: 8))
        #expect(outer[-1] == nil)
        #expect(outer[8] == nil)
        #expect(outer.slice(at: 4, count: 5) == nil)
        #expect(outer.slice(at: -1, count: 2) == nil)
        #expect(outer.suffix(from: 9) == nil)
        #expect(outer.integer(UInt64.self, at: 1, order: .littleEndian) == nil)
    }

    @Test func aSpanShowsExactlyTheBytesOfItsView() throws {
        let slice = try #require(ByteView(bytes).slice(at: 10, count: 5))
        let copied = slice.withBytes { span in
            (0..<span.byteCount).map { span.unsafeLoad(fromByteOffset: $0, as: UInt8.self) }
        }
        #expect(copied == [10, 11, 12, 13, 14])
    }

    @Test func anErrorFromTheBodyOfWithBytesComesOut() {
        struct Refusal: Error, Equatable {}
        #expect(throws: Refusal()) {
            try ByteView(bytes).withBytes { _ throws(Refusal) -> Int in throw Refusal() }
        }
    }
}
