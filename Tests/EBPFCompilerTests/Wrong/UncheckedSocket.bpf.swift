// SPDX-License-Identifier: GPL-2.0-only OR MIT
// Mistake: a socket that was looked up is read without asking whether there is one
// Refused by: Swift
// In C: compiles; the verifier: `R0 invalid mem access 'sock_or_null'`

import EBPFKernel

@section("tc")
func trusts(_ context: TrafficContext) -> TrafficAction {
    let loopback = IPv4Address(127, 0, 0, 1)
    let ends = IPv4Ends(source: loopback, sourcePort: 9, destination: loopback, destinationPort: 80)
    return context.tcpSocket(ends).state == .listen ? .pass : .drop  // error: value of optional type 'OwnedSocket?' must be unwrapped
}
