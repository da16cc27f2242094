// SPDX-License-Identifier: GPL-2.0-only OR MIT

import EBPFKernel

// The sizes of reads, by powers of two.

let target = Constant<UInt32>(0)

let sizes = ArrayMap<UInt64>(maxEntries: 32)

func log2(_ value: UInt32) -> UInt32 {
    var value = value
    var result: UInt32 = 0
    if value > 0xFFFF {
        value >>= 16
        result |= 16
    }
    if value > 0xFF {
        value >>= 8
        result |= 8
    }
    if value > 0xF {
        value >>= 4
        result |= 4
    }
    if value > 3 {
        value >>= 2
        result |= 2
    }
    return result | value >> 1
}

@section("tracepoint/syscalls/sys_exit_pread64")
func read_ends(_ context: TracepointContext<trace_event_raw_sys_exit>) -> Int32 {
    guard target.value == 0 || target.value == currentProcess.threadID else { return 0 }
    let size = context.ret
    guard size > 0 else { return 0 }
    if let count = sizes.lookup(log2(UInt32(truncatingIfNeeded: size))) { count.add(1) }
    return 0
}
