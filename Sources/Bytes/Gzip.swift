// SPDX-License-Identifier: Apache-2.0

/// The file format of gzip (RFC 1952), in which the kernel keeps its configuration.
public enum Gzip {
    /// The bytes with which every gzip file begins.
    public static let magic: [UInt8] = [0x1F, 0x8B]

    /// What a gzip file holds: all of its members, one behind the other.
    ///
    /// Lengths and checksums are checked. Takes memory for the answer and little more, and time in proportion to both sizes.
    ///
    /// - Parameter limit: the most bytes that are taken; a few bytes can stand for a thousand times as many.
    /// - Throws: ``CompressionError`` where the bytes are damaged, end early, hold something else, or more than `limit`.
    public static func decompress(_ file: ByteView, limit: Int) throws(CompressionError) -> [UInt8] {
        var bits = BitReader(file)
        var output: [UInt8] = []
        var isFirst = true
        repeat {
            try readHeader(&bits, isFirst: isFirst)
            isFirst = false
            let start = output.count
            try Inflate.decompress(&bits, into: &output, limit: limit)
            bits.alignToByte()
            let (checksum, length) = (try bits.integer32(), try bits.integer32())
            guard length == UInt32(truncatingIfNeeded: output.count - start) else {
                throw CompressionError(.malformed, "the gzip file says that it holds \(length) bytes, and holds \(output.count - start)")
            }
            // The first member, mostly the only one, is not copied.
            guard CRC32(of: ByteView(start == 0 ? output : Array(output[start...]))).value == checksum else {
                throw CompressionError(.malformed, "the gzip file does not have the checksum that it says")
            }
        } while !bits.isAtEnd
        return output
    }

    /// The bits of a header's flags.
    private static let (hasChecksum, hasExtra, hasName, hasComment, reserved) = (2, 4, 8, 16, 0xE0)

    private static func readHeader(_ bits: inout BitReader, isFirst: Bool) throws(CompressionError) {
        let start = bits.byteOffset
        guard try bits.byte() == magic[0], try bits.byte() == magic[1] else {
            throw isFirst
                ? CompressionError(.notCompressed, "the file does not begin as gzip files do")
                : CompressionError(.malformed, "something that is not gzip stands behind the compressed bytes")
        }
        let method = try bits.byte()
        guard method == 8 else { throw CompressionError(.malformed, "the gzip file is compressed by method \(method), not by deflate (8)") }
        let flags = Int(try bits.byte())
        guard flags & reserved == 0 else { throw CompressionError(.malformed, "the gzip file has flags \(flags), which are not known") }
        // The time, how hard it was tried, and the system.
        try bits.skip(bytes: 6)
        if flags & hasExtra != 0 {
            let length = Int(try bits.byte()) | Int(try bits.byte()) << 8
            try bits.skip(bytes: length)
        }
        if flags & hasName != 0 { try skipString(&bits) }
        if flags & hasComment != 0 { try skipString(&bits) }
        guard flags & hasChecksum != 0 else { return }
        let checksum = CRC32(of: bits.bytes(from: start)).value & 0xFFFF
        guard try UInt32(bits.byte()) | UInt32(bits.byte()) << 8 == checksum else {
            throw CompressionError(.malformed, "the gzip file's header does not have the checksum that it says")
        }
    }

    private static func skipString(_ bits: inout BitReader) throws(CompressionError) {
        while try bits.byte() != 0 {}
    }
}
