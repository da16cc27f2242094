// SPDX-License-Identifier: GPL-2.0-only OR MIT

import EBPFKernel

// Reads and writes packets wherever their bytes lie.

let offset = Variable<UInt32>(0)
let read = Variable<UInt64>(0)
let type = Variable<UInt32>(0)
let refused = Variable<UInt64>(0)

/// What is done with every packet; whether it can be written.
@inline(__always) func look(_ memory: borrowing DynamicMemory) -> Bool {
    let place = UInt64(offset.value)
    if memory.withSlice(of: UInt64.self, at: place, { read.value = $0.pointee }) == nil { refused.add(1) }
    if let ethernet = memory.withSlice(of: EthernetHeader.self, { $0.pointee.type }) { type.value = UInt32(ethernet.rawValue) }
    return memory.write(UInt64(0x0807_0605_0403_0201), at: place)
}

@section("tc")
func traffic(_ context: TrafficContext) -> TrafficAction { context.withDynamicMemory { look($0) } ? .pass : .drop }

@section("xdp")
func express(_ context: XDPContext) -> XDPAction { context.withDynamicMemory { look($0) } ? .pass : .drop }

@section("xdp.frags")
func fragments(_ context: XDPContext) -> XDPAction { context.withDynamicMemory { look($0) } ? .pass : .drop }

@section("cgroup_skb/egress")
func watch(_ context: CgroupPacketContext) -> CgroupVerdict { context.withDynamicMemory { look($0) } ? .allow : .deny }
