// SPDX-License-Identifier: GPL-2.0-only OR MIT

import EBPFKernel

struct trace_event_raw_net_dev_template: KernelType {
    var len: UInt32
    /// Where the name lies: its offset in the record in the lower half, its size in the upper one.
    var __data_loc_name: UInt32
}

struct Traffic: BitwiseCopyable {
    var packets: UInt64
    var bytes: UInt64
}

/// What devices were given to send, by their names.
let sent = PerCPUHashMap<CString<16>, Traffic>(maxEntries: 256)

@section("tracepoint/net/net_dev_queue")
func packet_is_sent(_ context: TracepointContext<trace_event_raw_net_dev_template>) -> Int32 {
    var name = CString<16>()
    name.read(kernel: KernelPointer(address: UInt(bitPattern: context.address) &+ UInt(context.__data_loc_name & 0xFFFF)))
    if let traffic = sent.lookup(name) {
        traffic.pointee.packets &+= 1
        traffic.pointee.bytes &+= UInt64(context.len)
    } else {
        sent.update(name, Traffic(packets: 1, bytes: UInt64(context.len)))
    }
    return 0
}
