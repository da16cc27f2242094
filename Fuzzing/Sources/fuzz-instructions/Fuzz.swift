// SPDX-License-Identifier: Apache-2.0

import Bytes
import Reading

/// Code in both orders of bytes.
@c(LLVMFuzzerTestOneInput)
public func test(_ bytes: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let view = ByteView(Array(UnsafeBufferPointer(start: bytes, count: count)))
    for order in [ByteOrder.littleEndian, .bigEndian] { try? Reading.instructions(view, order: order) }
    return 0
}
