// SPDX-License-Identifier: Apache-2.0

import Bytes
import Reading

/// Mangled names of C++ and Rust.
@c(LLVMFuzzerTestOneInput)
public func test(_ bytes: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let view = ByteView(Array(UnsafeBufferPointer(start: bytes, count: count)))
    Reading.name(view)
    return 0
}
