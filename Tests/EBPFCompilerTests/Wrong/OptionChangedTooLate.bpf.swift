// SPDX-License-Identifier: GPL-2.0-only OR MIT
// Mistake: an option is changed that was answered already
// Refused by: Swift
// In C: compiles; the verifier: `invalid bpf_context access off=24 size=4`

import EBPFKernel

@section("cgroup/getsockopt")
func asks_for_another(_ context: GetSocketOptionContext) -> CgroupVerdict {
    context.change(level: 1, name: 2)  // error: value of type 'GetSocketOptionContext' has no member 'change'
    return .allow
}
