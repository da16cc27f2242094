// SPDX-License-Identifier: GPL-2.0-only OR MIT
// Mistake: what a program was called with is changed
// Refused by: the verifier
// In C: compiles; the verifier: `invalid bpf_context access off=16 size=8`

import EBPFKernel

@section("tracepoint/syscalls/sys_enter_getpgid")
func writes(_ context: TracepointContext<trace_event_raw_sys_enter>) -> Int32 {
    context.address.storeBytes(of: 0, toByteOffset: 16, as: UInt64.self)  // verifier: invalid bpf_context access
    return 0
}
