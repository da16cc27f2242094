// SPDX-License-Identifier: Apache-2.0

import Bytes
import Testing

@Suite struct ByteOrderTests {
    let view = ByteView([0x81, 0x02, 0x03, 0x04, 0x05, 0x06, 0x07, 0x88])

    @Test func littleEndianNumbersBeginWithTheirLowestByte() {
        #expect(view.integer(UInt8.self, at: 0, order: .littleEndian) == 0x81)
        #expect(view.integer(UInt16.self, at: 0, order: .littleEndian) == 0x0281)
        #expect(view.integer(UInt32.self, at: 0, order: .littleEndian) == 0x0403_0281)
        #expect(view.integer(UInt64.self, at: 0, order: .littleEndian) == 0x8807_0605_0403_0281)
        #expect(view.integer(Int64.self, at: 0, order: .littleEndian) == -0x77F8_F9FA_FBFC_FD7F)
    }

    @Test func bigEndianNumbersBeginWithTheirHighestByte() {
        #expect(view.integer(UInt8.self, at: 0, order: .bigEndian) == 0x81)
        #expect(view.integer(UInt16.self, at: 0, order: .bigEndian) == 0x8102)
        #expect(view.integer(UInt32.self, at: 0, order: .bigEndian) == 0x8102_0304)
        #expect(view.integer(UInt64.self, at: 0, order: .bigEndian) == 0x8102_0304_0506_0788)
        #expect(view.integer(Int16.self, at: 0, order: .bigEndian) == -0x7EFE)
    }

    @Test func theMachinesOwnOrderIsThatOfItsMemory() {
        let first = withUnsafeBytes(of: UInt32(0x0102_0304)) { $0[0] }
        #expect(ByteOrder.native == (first == 4 ? .littleEndian : .bigEndian))
    }

    @Test(arguments: [ByteOrder.littleEndian, .bigEndian])
    func convertingTwiceIsConvertingNever(_ order: ByteOrder) {
        for value in [UInt32(0), 1, 0x0102_0304, .max, 1 << 31] {
            #expect(order.convert(order.convert(value)) == value)
        }
        #expect(ByteOrder.native.convert(UInt64(0x0102)) == 0x0102)
    }

    @Test(arguments: [ByteOrder.littleEndian, .bigEndian])
    func whatIsAppendedIsReadBack(_ order: ByteOrder) {
        var bytes: [UInt8] = [0xAA]
        bytes.append(integer: UInt16(0x0102), order: order)
        bytes.append(integer: Int32(-2), order: order)
        bytes.append(integer: UInt64(0x0102_0304_0506_0708), order: order)
        #expect(bytes.count == 15)
        #expect(Array(bytes[1..<3]) == (order == .littleEndian ? [2, 1] : [1, 2]))
        let view = ByteView(bytes)
        #expect(view.integer(Int32.self, at: 3, order: order) == -2)
        #expect(view.integer(UInt64.self, at: 7, order: order) == 0x0102_0304_0506_0708)
    }

    @Test func storingOverwritesOnlyTheBytesOfTheNumber() {
        var bytes: [UInt8] = [9, 9, 9, 9, 9, 9]
        var isStored = bytes.store(integer: UInt16(0x0102), at: 1, order: .bigEndian)
        #expect(isStored)
        #expect(bytes == [9, 1, 2, 9, 9, 9])
        isStored = bytes.store(integer: UInt32(0x0A0B_0C0D), at: 2, order: .littleEndian)
        #expect(isStored)
        #expect(bytes == [9, 1, 0x0D, 0x0C, 0x0B, 0x0A])
    }

    @Test(arguments: [-1, 3, 4, 5, Int.max, Int.min])
    func storingOutsideWritesNothing(_ offset: Int) {
        var bytes: [UInt8] = [1, 2, 3, 4, 5, 6]
        let isStored = bytes.store(integer: UInt32.max, at: offset, order: .littleEndian)
        #expect(!isStored)
        #expect(bytes == [1, 2, 3, 4, 5, 6])
    }

    @Test func storingInAnArrayThatIsTooShortWritesNothing() {
        var bytes: [UInt8] = [1]
        let isStored = bytes.store(integer: UInt64(0), at: 0, order: .littleEndian)
        #expect(!isStored)
        #expect(bytes == [1])
    }
}
