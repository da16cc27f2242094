// SPDX-License-Identifier: GPL-2.0-only OR MIT

import EBPFKernel

/// How many bytes packets of each protocol of IPv4 have, by its number.
let bytes = ArrayMap<UInt64>(maxEntries: 256)

@section("socket")
func count_bytes(_ context: SocketFilterContext) -> SocketVerdict {
    // Behind Ethernet's header, which sockets of AF_PACKET see.
    guard context.type == .ipv4, let header = context.copy(IPv4Header.self, at: 14) else { return .drop }
    if let count = bytes.lookup(UInt32(header.protocol.rawValue)) { count.add(UInt64(context.byteCount)) }
    return .drop
}
