// SPDX-License-Identifier: GPL-2.0-only OR MIT
// Mistake: what a timer calls uses a variable of the function that set it
// Refused by: the kernel-half compiler
// In C: no way to say it: C has no closures

import EBPFKernel

struct Session: BitwiseCopyable {
    var timer: Timer
    var packets: UInt64
}

let sessions = HashMap<UInt32, Session>(maxEntries: 16)
let last = Variable<UInt64>(0)

@section("tc")
func sets_timer(_ context: TrafficContext) -> TrafficAction {
    guard let session = sessions.lookup(0) else { return .pass }
    let mark = UInt64(context.mark)
    session.pointee.timer.set(in: sessions) { _, session in last.value = session.pointee.packets &+ mark }  // error: what a timer calls outlives
    return .pass
}
