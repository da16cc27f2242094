// SPDX-License-Identifier: GPL-2.0-only OR MIT
// Mistake: an error of any type is thrown
// Refused by: Swift
// In C: C has no errors that are thrown

import EBPFKernel

struct NotWanted: Error {}

func check(_ id: Int) throws {
    if id != 121 { throw NotWanted() }  // error: cannot use a value of protocol type 'any Error' in embedded Swift; say which error is thrown
}

@section("tracepoint/syscalls/sys_enter_getpgid")
func tries(_ context: TracepointContext<trace_event_raw_sys_enter>) -> Int32 {
    do { try check(context.id) } catch { return 0 }
    return 1
}
