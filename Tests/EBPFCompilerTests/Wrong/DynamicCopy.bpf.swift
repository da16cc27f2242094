// SPDX-License-Identifier: GPL-2.0-only OR MIT
// Mistake: a number of bytes is copied that is known only when the program runs
// Refused by: the kernel-half compiler
// In C: clang: `A call to built-in function 'memcpy' is not supported`

import EBPFKernel

struct Buffer: BitwiseCopyable { var bytes: InlineArray<256, UInt8> }

let buffers = PerCPUArrayMap<Buffer>(maxEntries: 2)

@section("tracepoint/syscalls/sys_enter_getpgid")
func copies(_ context: TracepointContext<trace_event_raw_sys_enter>) -> Int32 {
    guard let from = buffers.lookup(0), let to = buffers.lookup(1) else { return 0 }
    let count = Int(truncatingIfNeeded: context.args[0] & 255)
    UnsafeMutableRawPointer(to).copyMemory(from: UnsafeRawPointer(from), byteCount: count)  // error: copies or fills
    return 0
}
