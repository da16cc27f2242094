// SPDX-License-Identifier: Apache-2.0

import Bytes

/// What `struct btf_header` says about the parts of BTF.
struct BTFHeader {
    let byteOrder: ByteOrder
    let typesStart: Int
    let types: ByteView
    let strings: ByteView
    /// What the file says about the sizes of its kinds; `nil` where it says nothing.
    let kindSizes: KindSizes?

    init(_ bytes: ByteView) throws(BTFError) {
        let order: ByteOrder
        if bytes.integer(UInt16.self, at: 0, order: .littleEndian) == BTF.magic {
            order = .littleEndian
        } else if bytes.integer(UInt16.self, at: 0, order: .bigEndian) == BTF.magic {
            order = .bigEndian
        } else {
            throw BTFError(.notBTF, "this is not BTF: it does not begin with the number 0xEB9F")
        }
        guard bytes[2] == 1 else { throw BTFError(.notBTF, "this is BTF of version \(bytes[2] ?? 0); only version 1 is known") }
        func word(_ offset: Int) throws(BTFError) -> Int {
            guard let value = bytes.integer(UInt32.self, at: offset, order: order) else {
                throw BTFError(.truncated, "\(bytes.count) bytes do not hold the header's \(BTF.headerSize)")
            }
            return Int(value)
        }
        let body = try word(4)
        let start = body + (try word(8))
        guard let types = bytes.slice(at: start, count: try word(12)) else {
            throw BTFError(.truncated, "the types lie outside of its \(bytes.count) bytes")
        }
        guard let strings = bytes.slice(at: body + (try word(16)), count: try word(20)) else {
            throw BTFError(.truncated, "the strings lie outside of its \(bytes.count) bytes")
        }
        byteOrder = order
        // Headers of 24 bytes end here. What longer ones hold behind the sizes of kinds is skipped.
        let sizesCount = body >= BTF.headerSizeWithKinds ? try word(28) : 0
        if sizesCount > 0 {
            guard let sizes = bytes.slice(at: body + (try word(24)), count: sizesCount), sizesCount % 4 == 0 else {
                throw BTFError(.malformed, "the sizes of its kinds (its layout section) lie outside of its \(bytes.count) bytes, or are cut off")
            }
            kindSizes = KindSizes(sizes)
        } else {
            kindSizes = nil
        }
        typesStart = start
        self.types = types
        self.strings = strings
    }
}
