// SPDX-License-Identifier: GPL-2.0-only OR MIT

import EBPFKernel

// Records through the buffers of each CPU, as kernels before 5.8 have them.

let target = Constant<UInt32>(0)

struct Question: BitwiseCopyable {
    var time: UInt64
    var process: UInt32
    var user: UInt32
    var asked: Int32
    var command: CString<16>
}

let questions = PerfBuffer<Question>()

@section("tracepoint/syscalls/sys_enter_getpgid")
func ask(_ context: TracepointContext<trace_event_raw_sys_enter>) -> Int32 {
    let id = currentProcess.processAndThreadID
    guard target.value == 0 || target.value == UInt32(truncatingIfNeeded: id) else { return 0 }
    let question = Question(
        time: monotonicTime, process: UInt32(id >> 32), user: currentProcess.userID, asked: Int32(truncatingIfNeeded: context.args[0]),
        command: currentProcess.command)
    questions.send(question, from: context)
    return 0
}
