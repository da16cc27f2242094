// SPDX-License-Identifier: Apache-2.0

import Bytes
import Reading

/// BTF, as it stands in `.BTF` sections and in `/sys/kernel/btf`.
@c(LLVMFuzzerTestOneInput)
public func test(_ bytes: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let view = ByteView(Array(UnsafeBufferPointer(start: bytes, count: count)))
    try? Reading.btf(view)
    return 0
}
