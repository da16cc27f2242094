// SPDX-License-Identifier: Apache-2.0

import Bytes
import Reading

/// Objects, as they are linked.
@c(LLVMFuzzerTestOneInput)
public func test(_ bytes: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let view = ByteView(Array(UnsafeBufferPointer(start: bytes, count: count)))
    try? Reading.link(view)
    return 0
}
