// SPDX-License-Identifier: Apache-2.0

import Bytes
import Reading

/// Whole objects, as they are loaded.
@c(LLVMFuzzerTestOneInput)
public func test(_ bytes: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let view = ByteView(Array(UnsafeBufferPointer(start: bytes, count: count)))
    try? Reading.object(view)
    return 0
}
