// SPDX-License-Identifier: GPL-2.0-only OR MIT

import EBPFKernel

// Reads and writes where only the kernel knows the bounds: in the value of a map.

let table = ArrayMap<InlineArray<16, UInt32>>(maxEntries: 1)
let offset = Variable<UInt64>(0)
let read = Variable<UInt32>(0)
let refused = Variable<UInt64>(0)

@section("tc")
func change(_ context: TrafficContext) -> TrafficAction {
    guard let value = table.lookup(0) else { return .drop }
    withDynamicMemory(of: value) { memory in
        guard let number = memory.read(UInt32.self, at: offset.value) else { return refused.add(1) }
        read.value = number
        if !memory.write(number &+ 1, at: offset.value) { refused.add(1) }
    }
    return .pass
}
