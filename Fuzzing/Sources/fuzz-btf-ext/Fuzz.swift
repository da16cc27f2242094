// SPDX-License-Identifier: Apache-2.0

import Bytes
import Reading

/// `.BTF.ext`, behind its types and their size in four bytes.
@c(LLVMFuzzerTestOneInput)
public func test(_ bytes: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let view = ByteView(Array(UnsafeBufferPointer(start: bytes, count: count)))
    try? Reading.btfExtension(view)
    return 0
}
