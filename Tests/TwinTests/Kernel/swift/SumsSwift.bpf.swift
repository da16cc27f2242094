// SPDX-License-Identifier: GPL-2.0-only OR MIT

import EBPFKernel

// How much is written, summed up by each CPU on its own.

let target = Constant<UInt32>(0)

struct Sum: BitwiseCopyable {
    var calls: UInt64
    var bytes: UInt64
    var largest: UInt64
}

let sums = PerCPUArrayMap<Sum>(maxEntries: 1)
let files = PerCPUHashMap<UInt32, UInt64>(maxEntries: 256)

@section("tracepoint/syscalls/sys_enter_pwrite64")
func write_begins(_ context: TracepointContext<trace_event_raw_sys_enter>) -> Int32 {
    guard target.value == 0 || target.value == currentProcess.threadID else { return 0 }
    let file = UInt32(truncatingIfNeeded: context.args[0])
    let size = UInt64(context.args[2])
    guard let sum = sums.lookup(0) else { return 0 }
    sum.pointee.calls &+= 1
    sum.pointee.bytes &+= size
    if size > sum.pointee.largest { sum.pointee.largest = size }
    if let bytes = files.lookup(file) { bytes.pointee &+= size } else { files.update(file, size) }
    return 0
}
