// SPDX-License-Identifier: GPL-2.0-only OR MIT

import EBPFKernel

// Keeps what belongs together under a lock.

struct Account: BitwiseCopyable {
    var lock: SpinLock
    var bookings: UInt32
    var balance: UInt64
    var largest: UInt64
}

let accounts = ArrayMap<Account>(maxEntries: 4)
let number = Variable<UInt32>(0)
let amount = Variable<UInt64>(0)

@section("tc")
func book(_ context: TrafficContext) -> TrafficAction {
    guard let account = accounts.lookup(number.value) else { return .drop }
    let booked = amount.value
    account.pointee.lock.withLock {
        account.pointee.bookings &+= 1
        account.pointee.balance &+= booked
        if account.pointee.largest < booked { account.pointee.largest = booked }
    }
    return .pass
}
