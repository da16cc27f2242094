// SPDX-License-Identifier: GPL-2.0-only OR MIT
// Mistake: a text is searched by the rules of Unicode
// Refused by: the kernel-half compiler
// In C: `strncmp` compiles as an unresolved extern; the loader refuses the object

import EBPFKernel

let found = Variable<UInt64>(0)

func isOurs(_ name: String) -> Bool { name.hasPrefix("swift") }  // error: compares or searches texts (String, Character) by the rules of Unicode

@section("tracepoint/syscalls/sys_enter_getpgid")
func searches(_ context: TracepointContext<trace_event_raw_sys_enter>) -> Int32 {
    if isOurs("swiftly") { found.add(1) }
    return 0
}
