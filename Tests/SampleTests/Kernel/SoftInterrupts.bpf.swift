// SPDX-License-Identifier: GPL-2.0-only OR MIT

import EBPFKernel

struct trace_event_raw_softirq: KernelType {
    var vec: UInt32
}

struct Total: BitwiseCopyable {
    var count: UInt64
    var nanoseconds: UInt64
}

/// When the one that runs on this CPU began.
let begun = PerCPUArrayMap<UInt64>(maxEntries: 1)

/// By the number of the kind: 3 is `NET_RX_SOFTIRQ` of `include/linux/interrupt.h`.
let totals = PerCPUArrayMap<Total>(maxEntries: 16)

@section("tracepoint/irq/softirq_entry")
func interrupt_begins(_ context: TracepointContext<trace_event_raw_softirq>) -> Int32 {
    if let start = begun.lookup(0) { start.pointee = monotonicTime }
    return 0
}

@section("tracepoint/irq/softirq_exit")
func interrupt_ends(_ context: TracepointContext<trace_event_raw_softirq>) -> Int32 {
    guard let start = begun.lookup(0), start.pointee != 0, let total = totals.lookup(context.vec) else { return 0 }
    total.pointee.count &+= 1
    total.pointee.nanoseconds &+= monotonicTime &- start.pointee
    start.pointee = 0
    return 0
}
