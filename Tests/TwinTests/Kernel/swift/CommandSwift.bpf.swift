// SPDX-License-Identifier: GPL-2.0-only OR MIT

import EBPFKernel

// How often commands whose names begin in a certain way call getsid.

let target = Constant<UInt32>(0)
let prefix = Constant<CString<16>>(CString())
let length = Constant<UInt32>(0)

let matching = Variable<UInt64>(0)
let others = Variable<UInt64>(0)

func begins(_ command: CString<16>) -> Bool {
    for index in 0..<16 {
        if index >= length.value { return true }
        if command[index] != prefix.value[index] { return false }
    }
    return true
}

@section("tracepoint/syscalls/sys_enter_getsid")
func count_commands(_ context: TracepointContext<trace_event_raw_sys_enter>) -> Int32 {
    guard target.value == 0 || target.value == currentProcess.threadID else { return 0 }
    if begins(currentProcess.command) { matching.add(1) } else { others.add(1) }
    return 0
}
