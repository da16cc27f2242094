// SPDX-License-Identifier: GPL-2.0-only OR MIT

import EBPFKernel

// The sizes of reads, by powers of two.

let target = Constant<UInt32>(0)

let sizes = ArrayMap<UInt64>(maxEntries: 32)

func log2(_ value: UInt32) -> UInt32 {
    31 &- UInt32(truncatingIfNeeded: value.leadingZeroBitCount)
}

@section("tracepoint/syscalls/sys_exit_pread64")
func read_ends(_ context: TracepointContext<trace_event_raw_sys_exit>) -> Int32 {
    guard target.value == 0 || target.value == currentProcess.threadID else { return 0 }
    let size = context.ret
    guard size > 0 else { return 0 }
    if let count = sizes.lookup(log2(UInt32(truncatingIfNeeded: size))) { count.add(1) }
    return 0
}
