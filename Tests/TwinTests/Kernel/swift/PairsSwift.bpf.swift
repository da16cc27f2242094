// SPDX-License-Identifier: GPL-2.0-only OR MIT

import EBPFKernel

// Statistics by a key of several parts.

let target = Constant<UInt32>(0)

struct Key: BitwiseCopyable {
    var process: UInt32
    var which: UInt16
    var negative: UInt8
    var spare: UInt8 = 0
    var who: UInt64
}

struct Statistics: BitwiseCopyable {
    var calls: UInt64
    var lowest: Int64
    var highest: Int64
}

let pairs = HashMap<Key, Statistics>(maxEntries: 256)

@section("tracepoint/syscalls/sys_enter_getpriority")
func count_pair(_ context: TracepointContext<trace_event_raw_sys_enter>) -> Int32 {
    let id = currentProcess.processAndThreadID
    guard target.value == 0 || target.value == UInt32(truncatingIfNeeded: id) else { return 0 }
    let who = Int64(Int32(truncatingIfNeeded: context.args[1]))
    let key = Key(
        process: UInt32(id >> 32), which: UInt16(truncatingIfNeeded: context.args[0]), negative: who < 0 ? 1 : 0,
        who: UInt64(truncatingIfNeeded: who & 0xF))
    if let found = pairs.lookup(key) {
        found.pointee.calls &+= 1
        if who < found.pointee.lowest { found.pointee.lowest = who }
        if who > found.pointee.highest { found.pointee.highest = who }
    } else {
        pairs.update(key, Statistics(calls: 1, lowest: who, highest: who), .ifAbsent)
    }
    return 0
}
