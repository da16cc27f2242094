// SPDX-License-Identifier: GPL-2.0-only OR MIT
// Mistake: maps that are members of one variable
// Refused by: the kernel-half compiler
// In C: compiles; loaders refuse the map: `unknown field 'begun'`

import EBPFKernel

struct Maps: ~Copyable {
    let begun = HashMap<UInt32, UInt64>(maxEntries: 8)
    let ended = HashMap<UInt32, UInt64>(maxEntries: 8)
}

let maps = Maps()  // error: 'maps' holds the map 'begun'

@section("tracepoint/syscalls/sys_enter_getpgid")
func counts(_ context: TracepointContext<trace_event_raw_sys_enter>) -> Int32 {
    maps.begun.update(1, 1)
    maps.ended.update(1, 1)
    return 0
}
