// SPDX-License-Identifier: GPL-2.0-only OR MIT
// Mistake: a variable that is larger than the stack
// Refused by: the kernel-half compiler
// In C: clang, once for each access: `Looks like the BPF stack limit is exceeded`

import EBPFKernel

struct Path: BitwiseCopyable { var text: CString<600> }

let records = RingBuffer<Path>(byteCount: 4096)

@section("tracepoint/syscalls/sys_enter_getpgid")
func puts_a_path_on_the_stack(_ context: TracepointContext<trace_event_raw_sys_enter>) -> Int32 {  // error: takes 1200 bytes of the stack
    var path = Path(text: CString())
    path.text.read(user: UserPointer(address: context.args[0]))
    records.send(path)
    return 0
}
