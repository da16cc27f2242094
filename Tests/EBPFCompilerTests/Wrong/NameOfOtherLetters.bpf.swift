// SPDX-License-Identifier: GPL-2.0-only OR MIT
// Mistake: a variable whose name has a letter that C does not know
// Refused by: the kernel-half compiler
// In C: compiles; the kernel refuses the types of the object, and libbpf goes on without them where it can

import EBPFKernel

let größe = Variable<UInt64>(0)  // error: 'größe' is a name that the kernel does not take

@section("tracepoint/syscalls/sys_enter_getpgid")
func counts(_ context: TracepointContext<trace_event_raw_sys_enter>) -> Int32 {
    größe.add(1)
    return 0
}
