// SPDX-License-Identifier: Apache-2.0

import Bytes
import Reading

/// Logs of verifiers, or not: any text is one.
@c(LLVMFuzzerTestOneInput)
public func test(_ bytes: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    Reading.log(ByteView(Array(UnsafeBufferPointer(start: bytes, count: count))))
    return 0
}
