// SPDX-License-Identifier: GPL-2.0-only OR MIT

import EBPFKernel

// A list whose beginning is a variable of the arena, and its members are such as well.

struct Counter: BitwiseCopyable {
    var value: UInt64 = 0
    var next = NullableArenaPointer<Counter>.none
}

let heap = Arena(pageCount: 4)
let first = ArenaVariable<NullableArenaPointer<Counter>>(.none)
let own = ArenaVariable<Counter>(Counter(value: 7))
let calls = ArenaVariable<UInt64>(0)
let numbers = ArenaVariable<InlineArray<4, UInt32>>([1, 2, 3, 4])

@section("syscall")
func add_own(_ context: SystemCallContext<UInt64>) -> Int32 {
    own.value.next = first.value
    first.value = NullableArenaPointer(own.pointer)
    calls.pointer.place.add(1)
    return 0
}

@section("syscall")
func add_up(_ context: SystemCallContext<UInt64>) -> Int32 {
    calls.value &+= 1
    var sum: UInt64 = 0
    var link = first.value
    for _ in 0..<10 {
        guard let counter = link.pointer else { break }
        sum &+= counter.pointee.value
        link = counter.pointee.next
    }
    for index in 0..<4 { sum &+= UInt64(numbers.value[index]) }
    context.value.pointee = sum
    return 0
}
