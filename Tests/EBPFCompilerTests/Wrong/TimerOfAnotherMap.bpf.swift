// SPDX-License-Identifier: GPL-2.0-only OR MIT
// Mistake: a timer is set for another map than the one that it lies in
// Refused by: the kernel-half compiler
// In C: compiles; the verifier: `timer pointer in R1 map_uid=0 doesn't match map pointer in R2 map_uid=0`

import EBPFKernel

struct Session: BitwiseCopyable {
    var timer = Timer()
    var packets: UInt64 = 0
}

let sessions = HashMap<UInt32, Session>(maxEntries: 16)
let others = HashMap<UInt32, Session>(maxEntries: 16)

@section("tc")
func sets_timer(_ context: TrafficContext) -> TrafficAction {
    guard let session = sessions.lookup(0) else { return .pass }
    session.pointee.timer.set(in: others) { _, session in session.pointee.packets = 0 }  // error: sets a timer for 'others' that lies in a value of
    return .pass
}
