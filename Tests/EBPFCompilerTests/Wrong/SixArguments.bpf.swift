// SPDX-License-Identifier: GPL-2.0-only OR MIT
// Mistake: six arguments of a function that is called
// Refused by: the kernel-half compiler
// In C: clang: `stack arguments are not supported`, `too many arguments`

import EBPFKernel

@inline(never)
func sum(_ a: UInt, _ b: UInt, _ c: UInt, _ d: UInt, _ e: UInt, _ f: UInt) -> UInt {  // error: 'sum' takes 6 values, and eBPF functions at most 5
    a &+ b &+ c &+ d &+ e &* f
}

@section("tracepoint/syscalls/sys_enter_getpgid")
func adds(_ context: TracepointContext<trace_event_raw_sys_enter>) -> Int32 {
    Int32(truncatingIfNeeded: sum(context.args[0], context.args[1], context.args[2], context.args[3], context.args[4], context.args[5]))
}
