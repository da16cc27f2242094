// SPDX-License-Identifier: Apache-2.0

public import Bytes

/// Where a stripped file's debugging information went (`.gnu_debuglink`).
public struct DebugLink: Sendable, Hashable {
    /// The name of the file, without a directory. Debuggers look beside the stripped file, in `.debug` there, and under `/usr/lib/debug`.
    public let fileName: String
    /// The ``CRC32`` of the whole of that file.
    public let checksum: UInt32
}

extension ELFFile {
    /// Where the file's debugging information went; `nil` where the file does not say.
    ///
    /// - Throws: ``ELFError`` where the section ends early.
    public func debugLink() throws(ELFError) -> DebugLink? {
        guard let section = section(named: ".gnu_debuglink"), section.kind != .noBits else { return nil }
        let bytes = try section.contents()
        guard let length = bytes.stringLength(at: 0), let name = bytes.string(at: 0),
            let checksum = bytes.integer(UInt32.self, at: (length + 1 + 3) & ~3, order: byteOrder)
        else { throw ELFError(.malformed, "section .gnu_debuglink has \(bytes.count) bytes, which hold no name with a checksum") }
        return DebugLink(fileName: name, checksum: checksum)
    }
}

/// The checksum of `.gnu_debuglink`: CRC-32 as Ethernet, gzip and `cksum -o 3` have it (polynomial 0x04C11DB7, bits reversed).
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
