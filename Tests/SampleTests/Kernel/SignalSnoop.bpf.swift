// SPDX-License-Identifier: GPL-2.0-only OR MIT

import EBPFKernel

struct trace_event_raw_signal_generate: KernelType {
    var sig: Int32
    var pid: Int32
    var result: Int32
}

struct Signal: BitwiseCopyable {
    var sender: UInt32
    var receiver: Int32
    var number: Int32
    /// 0 where it was delivered; `TRACE_SIGNAL_...` of `include/trace/events/signal.h`.
    var result: Int32
    var command: CString<16>
}

/// Who sends; 0 is everyone.
let target = Constant<UInt32>(0)

let signals = RingBuffer<Signal>(byteCount: 64 * 1024)

@section("tracepoint/signal/signal_generate")
func signal_is_sent(_ context: TracepointContext<trace_event_raw_signal_generate>) -> Int32 {
    let sender = currentProcess.id
    guard target.value == 0 || target.value == sender else { return 0 }
    signals.send(Signal(sender: sender, receiver: context.pid, number: context.sig, result: context.result, command: currentProcess.command))
    return 0
}
