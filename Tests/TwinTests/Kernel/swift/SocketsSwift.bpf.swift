// SPDX-License-Identifier: GPL-2.0-only OR MIT

import EBPFKernel

// Asks whether somebody listens where a packet would go.

let port = Variable<UInt32>(0)
let found = Variable<UInt64>(0)
let listening = Variable<UInt64>(0)
let seen = Variable<UInt32>(0)

@section("tc")
func ask(_ context: TrafficContext) -> TrafficAction {
    let loopback = IPv4Address(127, 0, 0, 1)
    let ends = IPv4Ends(source: loopback, sourcePort: 9, destination: loopback, destinationPort: UInt16(truncatingIfNeeded: port.value))
    guard let socket = context.tcpSocket(ends) else { return .pass }
    found.value &+= 1
    seen.value = UInt32(socket.port)
    if socket.state == .listen { listening.value &+= 1 }
    return .pass
}
