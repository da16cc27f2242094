// SPDX-License-Identifier: GPL-2.0-only OR MIT

import EBPFKernel

struct trace_event_raw_kfree_skb: KernelType {
    var location: UnsafeRawPointer
    var reason: EnumerationField<skb_drop_reason>
}

enum skb_drop_reason: UInt32, KernelEnumeration {
    case SKB_DROP_REASON_NO_SOCKET
}

/// How many packets were dropped, by the place in the kernel where that was done.
let places = HashMap<UInt64, UInt64>(maxEntries: 1024)

/// How many of them since nobody has the socket that they are for. Linux 5.17.
let withoutSocket = Variable<UInt64>(0)

@section("tracepoint/skb/kfree_skb")
func packet_is_dropped(_ context: TracepointContext<trace_event_raw_kfree_skb>) -> Int32 {
    let place = UInt64(UInt(bitPattern: context.location))
    if let count = places.lookup(place) { count.add(1) } else { places.update(place, 1) }
    if trace_event_raw_kfree_skb.has(\.reason), context.reason == .SKB_DROP_REASON_NO_SOCKET { withoutSocket.add(1) }
    return 0
}
