// SPDX-License-Identifier: GPL-2.0-only OR MIT

import EBPFKernel

// Asks who gets packets over IPv6.

let port = Variable<UInt32>(0)
let listening = Variable<UInt64>(0)
let states = Variable<UInt64>(0)
let bound = Variable<UInt64>(0)
let families = Variable<UInt64>(0)

@section("tc")
func ask(_ context: TrafficContext) -> TrafficAction {
    let loopback = IPv6Address(0, 0, 0, 0, 0, 0, 0, 1)
    let ends = IPv6Ends(source: loopback, sourcePort: 9, destination: loopback, destinationPort: UInt16(truncatingIfNeeded: port.value))
    if let socket = context.tcpSocket(ends) {
        if socket.state == .listen, UInt32(socket.port) == port.value { listening.value &+= 1 }
        families.value &+= UInt64(socket.family)
    }
    if let socket = context.tcpConnection(ends) {
        states.value &+= UInt64(socket.state.rawValue)
        families.value &+= UInt64(socket.family)
    }
    if let socket = context.udpSocket(ends) {
        bound.value &+= UInt64(socket.port)
        families.value &+= UInt64(socket.family)
    }
    return .pass
}
