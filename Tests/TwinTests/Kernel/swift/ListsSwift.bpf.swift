// SPDX-License-Identifier: GPL-2.0-only OR MIT

import EBPFKernel

// Writes a list into memory that user space shares, and adds up what lies in it then.

struct Node: BitwiseCopyable {
    var value: UInt64
    var next: NullableArenaPointer<Node>
}

struct List: BitwiseCopyable {
    var factor: UInt64
    var first: NullableArenaPointer<Node>
    var sum: UInt64
}

let heap = Arena(pageCount: 4)

@section("syscall")
func write_list(_ context: SystemCallContext<List>) -> Int32 {
    guard let page = heap.allocatePages(1) else { return -12 }
    let nodes = page.cast(to: Node.self)
    var last = NullableArenaPointer<Node>.none
    for index in 0..<100 {
        let node = nodes.advanced(by: index)
        node.pointee.value = UInt64(index) &* context.value.pointee.factor
        node.pointee.next = last
        last = NullableArenaPointer(node)
    }
    context.value.pointee.first = last
    return 0
}

@section("syscall")
func sum_list(_ context: SystemCallContext<List>) -> Int32 {
    var sum: UInt64 = 0
    var link = context.value.pointee.first
    for _ in 0..<200 {
        guard let node = link.pointer else { break }
        sum &+= node.pointee.value
        link = node.pointee.next
    }
    context.value.pointee.sum = sum
    return 0
}

@section("syscall")
func free_list(_ context: SystemCallContext<List>) -> Int32 {
    // The list begins at the end of its page.
    heap.free(ArenaPointer<Node>(address: context.value.pointee.first.address & ~4095), count: 1)
    return 0
}
