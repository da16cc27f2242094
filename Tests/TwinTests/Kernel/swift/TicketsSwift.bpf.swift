// SPDX-License-Identifier: GPL-2.0-only OR MIT

import EBPFKernel

// Numbers that wait: those of one call are put in, another one takes them out.

let target = Constant<UInt32>(0)

struct Ticket: BitwiseCopyable {
    var process: UInt32
    var number: UInt64
}

let first_in = QueueMap<Ticket>(maxEntries: 4)
let last_in = StackMap<Ticket>(maxEntries: 4)
let refused = Variable<UInt64>(0)
let taken = Variable<UInt64>(0)
let next_number = Variable<UInt64>(0)
let orders = RingBuffer<InlineArray<2, UInt64>>(byteCount: 4096)

@section("tracepoint/syscalls/sys_enter_getpgid")
func wait(_ context: TracepointContext<trace_event_raw_sys_enter>) -> Int32 {
    let id = currentProcess.processAndThreadID
    guard target.value == 0 || target.value == UInt32(truncatingIfNeeded: id) else { return 0 }
    let ticket = Ticket(process: UInt32(id >> 32), number: UInt64(context.args[0]))
    if !first_in.push(ticket) { refused.add(1) }
    last_in.push(ticket, replacingOldest: true)
    if let next = first_in.peek() { next_number.value = next.number }
    return 0
}

@section("tracepoint/syscalls/sys_enter_getsid")
func serve(_ context: TracepointContext<trace_event_raw_sys_enter>) -> Int32 {
    let id = currentProcess.processAndThreadID
    guard target.value == 0 || target.value == UInt32(truncatingIfNeeded: id) else { return 0 }
    guard let first = first_in.pop(), let last = last_in.pop() else { return 0 }
    taken.add(1)
    guard let slot = orders.reserve() else { return 0 }
    slot.record[0] = first.number
    slot.record[1] = last.number
    slot.submit()
    return 0
}
