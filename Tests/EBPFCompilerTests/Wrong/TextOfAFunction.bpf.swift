// SPDX-License-Identifier: GPL-2.0-only OR MIT
// Mistake: a function answers a text
// Refused by: the kernel-half compiler
// In C: compiles and loads: a `const char *` leads into `.rodata`

import EBPFKernel

let named = Variable<UInt64>(0)

func name(_ number: Int) -> String {
    switch number {
    case 0: "read"
    case 1: "write"
    default: "another"
    }
}

@section("tracepoint/syscalls/sys_enter_getpgid")
func names(_ context: TracepointContext<trace_event_raw_sys_enter>) -> Int32 {  // error: hands on a text (String, Character)
    if name(context.id).isEmpty { named.add(1) }
    return 0
}
