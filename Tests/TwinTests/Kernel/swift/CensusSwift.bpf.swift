// SPDX-License-Identifier: GPL-2.0-only OR MIT

import EBPFKernel

// Goes through a map, and takes out what is old.

let ages = HashMap<UInt32, UInt64>(maxEntries: 64)
let oldest = Variable<UInt64>(0)
let counted = Variable<UInt64>(0)
let sum = Variable<UInt64>(0)
let removed = Variable<UInt64>(0)

/// What is found on the way.
struct Findings {
    var oldest: UInt64
    var counted: UInt64 = 0
    var sum: UInt64 = 0
    var removed: UInt64 = 0
}

@section("tc")
func take_census(_ context: TrafficContext) -> TrafficAction {
    var found = Findings(oldest: oldest.value)
    ages.forEach { key, age in
        guard age.pointee <= found.oldest else {
            ages.remove(at: key)
            found.removed &+= 1
            return .next
        }
        found.counted &+= 1
        found.sum &+= age.pointee
        return .next
    }
    counted.value = found.counted
    sum.value = found.sum
    removed.value = found.removed
    return .pass
}
