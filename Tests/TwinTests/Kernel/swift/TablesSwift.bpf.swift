// SPDX-License-Identifier: GPL-2.0-only OR MIT

import EBPFKernel

// Which table a call is counted in, user space says by the table's name or number: maps in maps.

let target = Constant<UInt32>(0)

struct Count: BitwiseCopyable {
    var calls: UInt64
    var greatest: UInt64
}

let by_number = ArrayOfMaps(maxEntries: 4, of: HashMap<UInt32, Count>(maxEntries: 16))
let by_name = HashOfMaps<UInt64, ArrayMap<UInt64>>(maxEntries: 4, of: ArrayMap(maxEntries: 8))
let missing = Variable<UInt64>(0)

@section("tracepoint/syscalls/sys_enter_getpriority")
func count_in_tables(_ context: TracepointContext<trace_event_raw_sys_enter>) -> Int32 {
    guard target.value == 0 || target.value == currentProcess.threadID else { return 0 }
    let number = UInt32(truncatingIfNeeded: context.args[0])
    let who = UInt64(context.args[1])
    if let table = by_number.lookup(number) {
        let key = UInt32(truncatingIfNeeded: who & 0xF)
        if let count = table.pointee.lookup(key) {
            count.pointee.calls &+= 1
            if who > count.pointee.greatest { count.pointee.greatest = who }
        } else {
            table.pointee.update(key, Count(calls: 1, greatest: who))
        }
    } else {
        missing.add(1)
    }
    if let table = by_name.lookup(UInt64(number) &* 1000), let count = table.pointee.lookup(UInt32(truncatingIfNeeded: who & 7)) { count.add(1) }
    return 0
}
