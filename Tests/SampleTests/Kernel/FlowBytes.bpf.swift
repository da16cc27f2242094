// SPDX-License-Identifier: GPL-2.0-only OR MIT

import EBPFKernel

struct Ports: BitwiseCopyable {
    var source: UInt16
    var destination: UInt16
}

struct Flow: BitwiseCopyable {
    var source: IPv4Address
    var destination: IPv4Address
    var sourcePort: UInt16
    var destinationPort: UInt16
    var `protocol`: UInt32
}

struct Traffic: BitwiseCopyable {
    var packets: UInt64
    var bytes: UInt64
}

let flows = HashMap<Flow, Traffic>(maxEntries: 10_240)

@section("socket")
func count_flow(_ context: SocketFilterContext) -> SocketVerdict {
    guard context.type == .ipv4, let header = context.copy(IPv4Header.self, at: 14), !header.isLaterFragment else { return .drop }
    guard header.protocol == .udp || header.protocol == .tcp, let ports = context.copy(Ports.self, at: 14 &+ header.byteCount) else { return .drop }
    let flow = Flow(
        source: header.source, destination: header.destination, sourcePort: UInt16(bigEndian: ports.source),
        destinationPort: UInt16(bigEndian: ports.destination), protocol: UInt32(header.protocol.rawValue))
    if let traffic = flows.lookup(flow) {
        traffic.pointer(to: \.packets).unsafelyUnwrapped.add(1)
        traffic.pointer(to: \.bytes).unsafelyUnwrapped.add(UInt64(context.byteCount))
    } else {
        flows.update(flow, Traffic(packets: 1, bytes: UInt64(context.byteCount)))
    }
    return .drop
}
