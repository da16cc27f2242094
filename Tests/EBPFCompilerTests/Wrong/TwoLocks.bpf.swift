// SPDX-License-Identifier: GPL-2.0-only OR MIT
// Mistake: a lock is taken while another one is held
// Refused by: the kernel-half compiler
// In C: compiles; the verifier: `function calls are not allowed while holding a lock`

import EBPFKernel

struct Account: BitwiseCopyable {
    var lock: SpinLock
    var bookings: UInt32
    var time: UInt64
}

let accounts = ArrayMap<Account>(maxEntries: 4)

@section("tc")
func transfers(_ context: TrafficContext) -> TrafficAction {
    guard let from = accounts.lookup(0), let to = accounts.lookup(1) else { return .pass }
    from.pointee.lock.withLock {
        from.pointee.bookings &+= 1
        to.pointee.lock.withLock { to.pointee.bookings &+= 1 }  // error: takes a lock while it holds one
    }
    return .pass
}
