// SPDX-License-Identifier: GPL-2.0-only OR MIT
// Mistake: a tracepoint's record is declared without what stands at its beginning
// Refused by: the kernel-half compiler, where there is BTF
// In C: compiles and loads; the number is another field's

import EBPFKernel

struct ExecRecord: BitwiseCopyable {
    var filename: UInt32
    var pid: Int32
}

let last = Variable<Int32>(0)

@section("tracepoint/sched/sched_process_exec")
func reads_another_field(_ context: TracepointContext<ExecRecord>) {  // error: takes 'filename' for 4 bytes at 0 of the record, and
    last.value = context.pid
}
