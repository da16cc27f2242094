// SPDX-License-Identifier: Apache-2.0

public import Bytes

extension Reading {
    /// Decompresses a gzip file, with room for a few times its size and with none.
    ///
    /// - Throws: `CompressionError` where it is refused.
    public static func gzip(_ bytes: ByteView) throws(CompressionError) {
        let limit = 1 << 20
        let content = try Gzip.decompress(bytes, limit: limit)
        check(content.count <= limit, "more is decompressed than there is room for")
        let exact = ask { () throws(CompressionError) in try Gzip.decompress(bytes, limit: content.count) }
        check(exact == content, "a file that fits exactly is another")
        guard !content.isEmpty else { return }
        check(ask { () throws(CompressionError) in try Gzip.decompress(bytes, limit: content.count - 1) } == nil, "a file fits in too little")
    }
}
