// SPDX-License-Identifier: GPL-2.0-only OR MIT
// Mistake: a lock in a value that each processor has for itself
// Refused by: the kernel-half compiler
// In C: compiles; the verifier, since the map is made without its types: `map 'accounts' has to have BTF in order to use bpf_spin_lock`

import EBPFKernel

struct Account: BitwiseCopyable {
    var lock: SpinLock
    var bookings: UInt32
}

let accounts = PerCPUArrayMap<Account>(maxEntries: 4)  // error: has a lock in its values, which maps of this kind cannot have

@section("tc")
func books(_ context: TrafficContext) -> TrafficAction {
    guard let account = accounts.lookup(0) else { return .pass }
    account.pointee.lock.withLock { account.pointee.bookings &+= 1 }
    return .pass
}
