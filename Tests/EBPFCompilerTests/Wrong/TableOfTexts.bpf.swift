// SPDX-License-Identifier: GPL-2.0-only OR MIT
// Mistake: a table of texts is indexed
// Refused by: the kernel-half compiler
// In C: compiles; the verifier: `invalid mem access 'scalar'`

import EBPFKernel

let first = Variable<UInt64>(0)
let names: InlineArray<3, StaticString> = ["read", "write", "close"]  // error: 'names' holds addresses, as StaticString and pointers are

@section("tracepoint/syscalls/sys_enter_getpgid")
func names_a_call(_ context: TracepointContext<trace_event_raw_sys_enter>) -> Int32 {
    let name = names[Int(context.args[0] & 1)]
    first.value = UInt64(name.utf8Start[0])
    return 0
}
