// SPDX-License-Identifier: GPL-2.0-only OR MIT

import EBPFKernel

// How often each thread makes a call, kept with the thread.

let target = Constant<UInt32>(0)

/// The number of the call.
let which = Constant<Int64>(0)

struct Visits: BitwiseCopyable {
    var calls: UInt64
    var first: UInt64
}

let visits = TaskStorage<Visits>()
let threads = Variable<UInt64>(0)
let latest = Variable<UInt64>(0)
let elapsed = Variable<UInt64>(0)

@section("tp_btf/sys_enter")
func count_visit(_ context: BTFTracepointContext) -> Int32 {
    guard Int64(bitPattern: context.argument(1)) == which.value else { return 0 }
    guard target.value == 0 || target.value == currentProcess.threadID else { return 0 }
    guard let visits = visits.valueOfCurrentTask(create: true) else { return 0 }
    let now = monotonicTime
    if visits.pointee.calls == 0 {
        visits.pointee.first = now
        threads.add(1)
    }
    visits.pointee.calls &+= 1
    latest.value = visits.pointee.calls
    elapsed.value = now &- visits.pointee.first
    return 0
}
