// SPDX-License-Identifier: GPL-2.0-only OR MIT

import EBPFKernel

// How often each process calls getpgid.

let target = Constant<UInt32>(0)

let counts = HashMap<UInt32, UInt64>(maxEntries: 1024)

@section("tracepoint/syscalls/sys_enter_getpgid")
func count_calls(_ context: TracepointContext<trace_event_raw_sys_enter>) -> Int32 {
    let id = currentProcess.processAndThreadID
    guard target.value == 0 || target.value == UInt32(truncatingIfNeeded: id) else { return 0 }
    let process = UInt32(id >> 32)
    if let count = counts.lookup(process) { count.add(1) } else { counts.update(process, 1) }
    return 0
}
