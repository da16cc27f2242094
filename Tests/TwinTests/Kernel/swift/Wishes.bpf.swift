// SPDX-License-Identifier: GPL-2.0-only OR MIT

import EBPFKernel

// Asks which functions the kernel has, and calls those that it has.

let hasThreads = Variable<UInt32>(0)
let hasWishes = Variable<UInt32>(0)
let process = Variable<Int32>(0)
let wanted = Variable<Int32>(0)
let wished = Variable<UInt64>(0)

struct task_struct: KernelType {
    var tgid: Int32
}

/// A function that no kernel has.
@section(".ksyms") @inline(never) @_optimize(none)
func bpf_three_wishes(_ count: UInt64) -> UInt64 { kernelFunction() }

@section("tc")
func ask(_ context: TrafficContext) -> TrafficAction {
    if kernelHasFunction("bpf_task_from_pid") {
        hasThreads.value = 1
        if let task = OwnedTask<task_struct>(id: wanted.value) { process.value = task.tgid }
    }
    if kernelHasFunction("bpf_three_wishes") {
        hasWishes.value = 1
        wished.value = bpf_three_wishes(3)
    }
    return .pass
}
