// SPDX-License-Identifier: Apache-2.0

import Bytes
import Reading

/// Files that gzip wrote, or not; checksums that are wrong end most of them.
@c(LLVMFuzzerTestOneInput)
public func test(_ bytes: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let view = ByteView(Array(UnsafeBufferPointer(start: bytes, count: count)))
    try? Reading.gzip(view)
    return 0
}
