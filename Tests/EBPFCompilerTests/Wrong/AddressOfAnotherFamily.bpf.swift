// SPDX-License-Identifier: GPL-2.0-only OR MIT
// Mistake: an address of IPv4 where addresses are of IPv6
// Refused by: the kernel-half compiler
// In C: compiles; the verifier: `invalid bpf_context access off=4 size=4`

import EBPFKernel

@section("cgroup/connect6")
func sends_it_home(_ context: IPv4SocketAddressContext) -> CgroupVerdict {  // error: are called with IPv6SocketAddressContext
    context.ipAddress = IPv4Address(127, 0, 0, 1)
    return .allow
}
