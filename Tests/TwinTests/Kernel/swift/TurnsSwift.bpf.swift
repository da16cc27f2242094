// SPDX-License-Identifier: GPL-2.0-only OR MIT

import EBPFKernel

// Who comes first: read-modify-write in one step.

let target = Constant<UInt32>(0)

let ticket = Variable<UInt64>(1)
let owner = Variable<UInt64>(0)
let seen = Variable<UInt64>(0)
let remaining = Variable<UInt32>(0xFFFF_FFFF)
let latest = Variable<UInt64>(0)
let losers = Variable<UInt64>(0)

@section("tracepoint/syscalls/sys_enter_getsid")
func take_turn(_ context: TracepointContext<trace_event_raw_sys_enter>) -> Int32 {
    guard target.value == 0 || target.value == currentProcess.threadID else { return 0 }
    let asked = UInt64(context.args[0])
    let mine = ticket.pointer.fetchAdd(2)
    if owner.pointer.compareExchange(0, asked) != 0 { losers.add(1) }
    let bit = 1 as UInt64 &<< asked
    let before = seen.pointer.fetchOr(bit)
    if before & bit != 0 { _ = remaining.pointer.fetchAnd(~(1 &<< UInt32(truncatingIfNeeded: asked))) }
    _ = latest.pointer.exchange(mine &+ asked)
    return 0
}
