// SPDX-License-Identifier: GPL-2.0-only OR MIT
// Mistake: a helper is called while a lock is held
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
func books(_ context: TrafficContext) -> TrafficAction {
    guard let account = accounts.lookup(0) else { return .pass }
    account.pointee.lock.withLock {
        account.pointee.bookings &+= 1
        account.pointee.time = monotonicTime  // error: calls a helper while it holds a lock
    }
    return .pass
}
