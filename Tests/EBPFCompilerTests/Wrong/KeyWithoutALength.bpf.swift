// SPDX-License-Identifier: GPL-2.0-only OR MIT
// Mistake: the keys of a trie do not begin with the number of bits that count
// Refused by: the kernel-half compiler
// In C: compiles; when it is loaded: `failed to create: Invalid argument`

import EBPFKernel

let routes = LPMTrie<IPv4Address, UInt32>(maxEntries: 64)  // error: 'routes' has keys that are no prefixes

@section("xdp")
func route(_ context: XDPContext) -> XDPAction {
    routes.lookup(IPv4Address(10, 0, 0, 1)) == nil ? .drop : .pass
}
