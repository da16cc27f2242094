// SPDX-License-Identifier: GPL-2.0-only OR MIT

import EBPFKernel

/// The mark of packets that are dropped.
let closed = Constant<UInt32>(0)

/// How many packets came, by their mark.
let marks = HashMap<UInt32, UInt64>(maxEntries: 1024)

@section("tc")
func drop_mark(_ context: TrafficContext) -> TrafficAction {
    let mark = context.mark
    if let count = marks.lookup(mark) { count.add(1) } else { marks.update(mark, 1) }
    return closed.value != 0 && mark == closed.value ? .drop : .next
}
