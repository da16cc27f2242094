// SPDX-License-Identifier: Apache-2.0

/// Room for a record in a user ring buffer. It is submitted, or discarded at the end of its scope.
///
/// Unsafe: the room is a pointer into the mapped ring, which the reservation keeps.
public struct UserRingReservation: ~Copyable, Sendable {
    private let memory: RingMemory
    private let offset: Int
    /// The bits of the header that say what becomes of the record.
    private var outcome = RingMemory.discarded
    /// How many bytes the record has.
    public let byteCount: Int

    init(_ memory: RingMemory, offset: Int, byteCount: Int) {
        self.memory = memory
        self.offset = offset
        self.byteCount = byteCount
    }

    /// The record's bytes, to be written. What was in the ring before is still there. They begin at a multiple of eight.
    public mutating func withBytes<Result, Failure: Error>(
        _ body: (inout MutableRawSpan) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        var bytes = MutableRawSpan(_unsafeStart: memory.data + offset + Int(RingMemory.headerSize), byteCount: byteCount)
        return try body(&bytes)
    }

    /// Fills the room with a value and hands it to programs; what the value leaves of the room is zero.
    ///
    /// - Throws: ``EBPFError`` where the value is larger than the room, which is discarded then.
    public consuming func submit<Record: BitwiseCopyable>(_ record: Record) throws(EBPFError) {
        let byteCount = byteCount
        guard MemoryLayout<Record>.size <= byteCount else {
            throw EBPFError(
                .invalid, "write to a user ring buffer", cause: "the record has \(MemoryLayout<Record>.size) bytes, the room for it \(byteCount)")
        }
        withBytes { room in
            for index in 0..<byteCount { room.storeBytes(of: 0, toByteOffset: index, as: UInt8.self) }
            withUnsafeBytes(of: record) { bytes in
                for index in bytes.indices { room.storeBytes(of: bytes[index], toByteOffset: index, as: UInt8.self) }
            }
        }
        submit()
    }

    /// Hands the record to programs.
    public consuming func submit() { outcome = 0 }

    /// Gives the room back: programs pass over it.
    public consuming func discard() {}

    deinit {
        memory.setHeader(UInt32(truncatingIfNeeded: byteCount) | outcome, at: offset)
    }
}
