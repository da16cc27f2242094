// SPDX-License-Identifier: GPL-2.0-only OR MIT
// Mistake: a value with two locks
// Refused by: the kernel-half compiler
// In C: compiles; the verifier: `map 'accounts' has more than one 'struct bpf_spin_lock'`, in newer kernels that it has to have BTF

import EBPFKernel

struct Account: BitwiseCopyable {
    var lock: SpinLock
    var bookings: UInt32
    var other: SpinLock
}

let accounts = ArrayMap<Account>(maxEntries: 4)  // error: has 2 locks in its values

@section("tc")
func books(_ context: TrafficContext) -> TrafficAction {
    guard let account = accounts.lookup(0) else { return .pass }
    account.pointee.lock.withLock { account.pointee.bookings &+= 1 }
    return .pass
}
