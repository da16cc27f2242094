// SPDX-License-Identifier: Apache-2.0

/// Reads numbers of some bits out of bytes, the lowest bit of each byte first, as deflate has them (RFC 1951, section 3.1.1).
struct BitReader {
    private let view: ByteView
    /// The place of the next byte that is not in `pending` yet.
    private var next = 0
    /// Bits that were taken from the bytes, and how many they are: fewer than 32 but for a moment.
    private var pending: UInt64 = 0
    private var pendingCount = 0

    init(_ view: ByteView) { self.view = view }

    /// The offset of the byte that is read next, where no part of one has been read.
    var byteOffset: Int { next - pendingCount / 8 }

    /// Whether no whole byte is left.
    var isAtEnd: Bool { byteOffset >= view.count }

    /// The next bits as a number, at most 16.
    mutating func bits(_ count: Int) throws(CompressionError) -> Int {
        while pendingCount < count {
            guard let byte = view[next] else { throw CompressionError(.truncated, "the compressed bytes end early, at \(view.count)") }
            pending |= UInt64(byte) << UInt64(pendingCount)
            pendingCount += 8
            next += 1
        }
        let value = pending & (1 << UInt64(count) - 1)
        pending >>= UInt64(count)
        pendingCount -= count
        return Int(value)
    }

    /// Leaves out what is left of a byte of which a part was read.
    mutating func alignToByte() {
        pending >>= UInt64(pendingCount % 8)
        pendingCount -= pendingCount % 8
    }

    mutating func byte() throws(CompressionError) -> UInt8 { UInt8(truncatingIfNeeded: try bits(8)) }

    /// Four bytes as a number, the lowest first.
    mutating func integer32() throws(CompressionError) -> UInt32 {
        let low = try bits(16)
        return UInt32(low) | UInt32(try bits(16)) << 16
    }

    /// Leaves out whole bytes; no part of one may have been read.
    mutating func skip(bytes count: Int) throws(CompressionError) { _ = try take(count) }

    /// Whole bytes; no part of one may have been read.
    mutating func take(_ count: Int) throws(CompressionError) -> ByteView {
        let start = byteOffset
        guard let bytes = view.slice(at: start, count: count) else {
            throw CompressionError(.truncated, "the compressed bytes end early, at \(view.count)")
        }
        (next, pending, pendingCount) = (start + count, 0, 0)
        return bytes
    }

    /// The bytes from an offset on to the one that is read next.
    func bytes(from start: Int) -> ByteView { view.slice(at: start, count: byteOffset - start) ?? ByteView([]) }
}
