// SPDX-License-Identifier: Apache-2.0

@testable import EBPF

/// Memory that looks like a ring buffer, into which a test writes what it likes.
final class FakeRing {
    static let byteCount = 4096
    private let room = UnsafeMutableRawPointer.allocate(byteCount: 8192 + byteCount, alignment: 4096)

    init() { room.initializeMemory(as: UInt8.self, repeating: 0, count: 8192 + Self.byteCount) }
    deinit { room.deallocate() }

    var consumer: UInt64 {
        get { room.load(as: UInt64.self) }
        set { room.storeBytes(of: newValue, as: UInt64.self) }
    }
    var producer: UInt64 {
        get { room.load(fromByteOffset: 4096, as: UInt64.self) }
        set { room.storeBytes(of: newValue, toByteOffset: 4096, as: UInt64.self) }
    }

    /// Up to where records were overwritten, where that is read.
    var overwritten: UInt64 {
        get { room.load(fromByteOffset: 4112, as: UInt64.self) }
        set { room.storeBytes(of: newValue, toByteOffset: 4112, as: UInt64.self) }
    }

    func setHeader(_ header: UInt32, at position: Int) {
        room.storeBytes(of: header, toByteOffset: 8192 + position % Self.byteCount, as: UInt32.self)
    }

    func header(at position: Int) -> UInt32 { room.load(fromByteOffset: 8192 + position % Self.byteCount, as: UInt32.self) }

    func setByte(_ byte: UInt8, at position: Int) { room.storeBytes(of: byte, toByteOffset: 8192 + position % Self.byteCount, as: UInt8.self) }

    /// A record behind the others.
    func send(_ bytes: [UInt8]) {
        let position = Int(producer)
        for (index, byte) in bytes.enumerated() { setByte(byte, at: position + 8 + index) }
        setHeader(UInt32(bytes.count), at: position)
        producer += UInt64((bytes.count + 15) & ~7)
    }

    /// Nothing of the data is there a second time, so that all that wraps around is copied.
    var memory: RingMemory { memory(overwrittenOffset: nil) }

    private func memory(overwrittenOffset: Int?) -> RingMemory {
        RingMemory(
            consumer: room, producer: room + 4096, data: room + 8192, byteCount: Self.byteCount, mapped: Self.byteCount,
            overwrittenOffset: overwrittenOffset)
    }

    /// The ring must live as long as what reads it.
    func reader() -> RingBuffer { RingBuffer(memory, name: "fake", descriptor: nil) }

    /// A reader of a ring whose oldest records make room for new ones.
    func overwritingReader() -> RingBuffer { RingBuffer(memory(overwrittenOffset: 16), name: "fake", descriptor: nil) }
}
