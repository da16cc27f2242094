// SPDX-License-Identifier: GPL-2.0-only OR MIT

import EBPFKernel

struct Traffic: BitwiseCopyable {
    var packets: UInt64
    var bytes: UInt64
}

/// What the processes of the cgroup received (0) and sent (1).
let traffic = PerCPUArrayMap<Traffic>(maxEntries: 2)

@inline(__always) func count(_ direction: UInt32, _ byteCount: UInt32) {
    guard let entry = traffic.lookup(direction) else { return }
    entry.pointee.packets &+= 1
    entry.pointee.bytes &+= UInt64(byteCount)
}

@section("cgroup_skb/ingress")
func count_received(_ context: CgroupPacketContext) -> CgroupVerdict {
    count(0, context.byteCount)
    return .allow
}

@section("cgroup_skb/egress")
func count_sent(_ context: CgroupPacketContext) -> CgroupVerdict {
    count(1, context.byteCount)
    return .allow
}
