// SPDX-License-Identifier: GPL-2.0-only OR MIT
// Mistake: a section that lacks a part of its name
// Refused by: the kernel-half compiler
// In C: compiles and loads; attaching it fails with EINVAL

import EBPFKernel

@section("tracepoint/sys_enter_getpgid")  // error: lacks a part; its form is 'tracepoint/CATEGORY/NAME'
func lacks_the_category(_ context: TracepointContext<trace_event_raw_sys_enter>) -> Int32 {
    0
}
