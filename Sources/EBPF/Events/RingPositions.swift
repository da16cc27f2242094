// SPDX-License-Identifier: Apache-2.0

/// How far writers and reader of a ring buffer are: bytes since the ring was created, record headers included. All of them are multiples of eight and
/// only grow.
///
/// `kernel/bpf/ringbuf.c`: `consumer_pos`, `producer_pos`.
public struct RingPositions: Sendable, Hashable {
    /// Up to where the reader has read.
    public let consumer: UInt64
    /// Up to where room was reserved.
    public let producer: UInt64
    /// The size of the ring in bytes.
    public let byteCount: Int

    /// How many bytes wait for the reader, with their headers, those of records that are still being written, and those that were discarded.
    /// Never more than ``byteCount``, whatever the positions say.
    public var waiting: Int { Int(min(producer &- consumer, UInt64(byteCount))) }
}
