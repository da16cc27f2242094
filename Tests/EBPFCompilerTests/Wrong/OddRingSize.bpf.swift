// SPDX-License-Identifier: GPL-2.0-only OR MIT
// Mistake: a ring buffer whose size is no power of two
// Refused by: the kernel-half compiler
// In C: compiles; libbpf 1.0 and newer takes the next power of two, the kernel refuses it: `Invalid argument`

import EBPFKernel

let records = RingBuffer<UInt64>(byteCount: 10_000)  // error: 'records' has room for 10000 bytes

@section("tracepoint/syscalls/sys_enter_getpgid")
func sends(_ context: TracepointContext<trace_event_raw_sys_enter>) -> Int32 {
    records.send(1) ? 0 : 1
}
