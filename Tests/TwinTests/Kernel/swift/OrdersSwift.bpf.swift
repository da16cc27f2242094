// SPDX-License-Identifier: GPL-2.0-only OR MIT

import EBPFKernel

// Takes orders from user space, and writes receipts whose size depends on them.

struct Order: BitwiseCopyable {
    var amount: UInt64
    var lines: UInt32
    var spare: UInt32
}

let orders = UserRingBuffer<Order>(byteCount: 4096)
let receipts = RingBuffer<UInt64>(byteCount: 4096)
let amount = Variable<UInt64>(0)
let taken = Variable<Int64>(0)

@section("tc")
func take_orders(_ context: TrafficContext) -> TrafficAction {
    var sum: UInt64 = 0
    var lines: UInt64 = 0
    let count = orders.drain { record in
        guard let order = record.read() else { return .next }
        sum &+= order.amount
        lines &+= UInt64(order.lines)
        return .next
    }
    taken.value = Int64(count)
    amount.value = sum
    guard lines <= 64 else { return .drop }
    let isWritten = receipts.withRoom(byteCount: UInt32(truncatingIfNeeded: lines &* 8 &+ 8)) { room in
        room.write(sum, at: lines &* 8)
        return .submit
    }
    return isWritten ? .pass : .drop
}
