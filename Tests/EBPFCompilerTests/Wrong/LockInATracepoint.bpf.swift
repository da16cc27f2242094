// SPDX-License-Identifier: GPL-2.0-only OR MIT
// Mistake: a map with a lock in its values is used where the program may interrupt who holds it
// Refused by: the kernel-half compiler
// In C: compiles; the verifier: `tracing progs cannot use bpf_spin_lock yet`

import EBPFKernel

struct Account: BitwiseCopyable {
    var lock: SpinLock
    var bookings: UInt32
}

let accounts = ArrayMap<Account>(maxEntries: 4)

@section("tracepoint/syscalls/sys_enter_getpgid")
func books(_ context: TracepointContext<trace_event_raw_sys_enter>) -> Int32 {
    guard let account = accounts.lookup(0) else { return 0 }  // error: 'accounts' has a lock in its values
    account.pointee.lock.withLock { account.pointee.bookings &+= 1 }
    return 0
}
