// SPDX-License-Identifier: GPL-2.0-only OR MIT

import EBPFKernel

struct Bucket: BitwiseCopyable {
    var tokens: UInt64
    /// When the last token was added, in nanoseconds.
    var filled: UInt64
}

/// How many packets may come at once.
let capacity = Constant<UInt64>(100)

/// How many nanoseconds it takes until one more may come.
let interval = Constant<UInt64>(1_000_000)

let buckets = LRUHashMap<IPv4Address, Bucket>(maxEntries: 65_536)

let dropped = Variable<UInt64>(0)

@section("xdp")
func limit_rate(_ context: XDPContext) -> XDPAction {
    var packet = context.packet
    guard let ethernet = packet.read(EthernetHeader.self), ethernet.pointee.type == .ipv4, let header = packet.read(IPv4Header.self) else {
        return .pass
    }
    let now = monotonicTime
    guard let bucket = buckets.lookup(header.pointee.source) else {
        buckets.update(header.pointee.source, Bucket(tokens: capacity.value &- 1, filled: now))
        return .pass
    }
    let earned = (now &- bucket.pointee.filled) / interval.value
    if earned > 0 {
        bucket.pointee.tokens = min(capacity.value, bucket.pointee.tokens &+ earned)
        bucket.pointee.filled = now
    }
    guard bucket.pointee.tokens > 0 else {
        dropped.add(1)
        return .drop
    }
    bucket.pointee.tokens &-= 1
    return .pass
}
