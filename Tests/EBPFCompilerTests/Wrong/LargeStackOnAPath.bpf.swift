// SPDX-License-Identifier: GPL-2.0-only OR MIT
// Mistake: functions that call each other have no room together
// Refused by: the kernel-half compiler
// In C: compiles; the verifier of kernels before 6.13: `combined stack size of 3 calls`; newer ones give some programs a stack of their own

import EBPFKernel

let records = RingBuffer<CString<256>>(byteCount: 4096)

@inline(never) func send_second(_ address: UInt) -> Int {  // error: sends_both (0) -> send_first (512) -> send_second (512)
    var text = CString<256>()
    text.read(user: UserPointer(address: address))
    return records.send(text) ? 0 : 1
}

@inline(never) func send_first(_ address: UInt) -> Int {
    var text = CString<256>()
    text.read(user: UserPointer(address: address))
    let result = send_second(address &+ 256)
    return records.send(text) ? result : 1
}

@section("tracepoint/syscalls/sys_enter_getpgid")
func sends_both(_ context: TracepointContext<trace_event_raw_sys_enter>) -> Int32 {
    Int32(truncatingIfNeeded: send_first(context.args[0]))
}
