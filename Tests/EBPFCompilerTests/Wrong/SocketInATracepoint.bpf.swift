// SPDX-License-Identifier: GPL-2.0-only OR MIT
// Mistake: a program of a tracepoint looks a socket up
// Refused by: Swift
// In C: compiles; the verifier: `program of this type cannot use helper bpf_sk_lookup_tcp#84`

import EBPFKernel

@section("tracepoint/syscalls/sys_enter_getpgid")
func looks_up(_ context: TracepointContext<trace_event_raw_sys_enter>) -> Int32 {
    let loopback = IPv4Address(127, 0, 0, 1)
    let ends = IPv4Ends(source: loopback, sourcePort: 9, destination: loopback, destinationPort: 80)
    guard let socket = context.tcpSocket(ends) else { return 0 }  // error: has no dynamic member 'tcpSocket'
    return Int32(socket.port)
}
