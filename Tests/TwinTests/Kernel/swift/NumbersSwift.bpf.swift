// SPDX-License-Identifier: GPL-2.0-only OR MIT

import EBPFKernel

// Adds up as many values as user space says, with the kernel's own iterator.

let values = ArrayMap<UInt64>(maxEntries: 256)
let count = Variable<UInt32>(0)
let sum = Variable<UInt64>(0)

@section("tc")
func add_up(_ context: TrafficContext) -> TrafficAction {
    var total: UInt64 = 0
    withNumbers(0..<Int32(count.value & 0xFFFF)) { numbers in
        while let number = numbers.next(), let value = values.lookup(UInt32(truncatingIfNeeded: number)) { total &+= value.pointee }
    }
    sum.value = total
    return .pass
}
