// SPDX-License-Identifier: GPL-2.0-only OR MIT
// Mistake: what is sent is too large to be copied
// Refused by: Swift
// In C: clang: `Looks like the BPF stack limit is exceeded`

import EBPFKernel

let rooms = PerCPUArrayMap<CString<4096>>(maxEntries: 1)
let paths = PerfBuffer<CString<4096>>()

@section("tracepoint/syscalls/sys_enter_openat")
func sends(_ context: TracepointContext<trace_event_raw_sys_enter>) -> Int32 {
    guard let room = rooms.lookup(0) else { return 0 }
    room.pointee.read(user: UserPointer(address: context.args[1]))
    paths.send(room.pointee, from: context)  // error: a copy that is too large for the stack (512 bytes) needs memory from a heap
    return 0
}
