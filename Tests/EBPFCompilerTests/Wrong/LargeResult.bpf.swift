// SPDX-License-Identifier: GPL-2.0-only OR MIT
// Mistake: a function that is called answers more than one register holds
// Refused by: the kernel-half compiler
// In C: clang: `aggregate returns are not supported`

import EBPFKernel

struct Triple { var a, b, c: UInt }

@inline(never)
func arguments(_ context: TracepointContext<trace_event_raw_sys_enter>) -> Triple {  // error: 'arguments' answers more than one register holds
    Triple(a: context.args[0], b: context.args[1], c: context.args[2])
}

@section("tracepoint/syscalls/sys_enter_getpgid")
func adds(_ context: TracepointContext<trace_event_raw_sys_enter>) -> Int32 {
    let all = arguments(context)
    return Int32(truncatingIfNeeded: all.a ^ all.b ^ all.c)
}
