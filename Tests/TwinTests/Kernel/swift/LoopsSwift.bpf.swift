// SPDX-License-Identifier: GPL-2.0-only OR MIT

import EBPFKernel

// Adds up squares until there is enough.

let turns = Variable<UInt32>(0)
let limit = Variable<UInt64>(0)
let sum = Variable<UInt64>(0)
let taken = Variable<Int64>(0)

@section("tc")
func add_squares(_ context: TrafficContext) -> TrafficAction {
    var total: UInt64 = 0
    let most = limit.value
    let count = loop(turns.value) { index in
        total &+= UInt64(index) &* UInt64(index)
        return total > most ? .stop : .next
    }
    taken.value = Int64(count)
    sum.value = total
    return .pass
}
