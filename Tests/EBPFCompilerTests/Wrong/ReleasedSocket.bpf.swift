// SPDX-License-Identifier: GPL-2.0-only OR MIT
// Mistake: a socket is read after it was given back
// Refused by: Swift
// In C: compiles; the verifier: `R6 invalid mem access 'scalar'`

import EBPFKernel

@section("tc")
func reads_late(_ context: TrafficContext) -> TrafficAction {
    let loopback = IPv4Address(127, 0, 0, 1)
    let ends = IPv4Ends(source: loopback, sourcePort: 9, destination: loopback, destinationPort: 80)
    guard let socket = context.tcpSocket(ends) else { return .pass }  // error: 'socket' used after consume
    socket.release()
    return socket.state == .listen ? .pass : .drop
}
