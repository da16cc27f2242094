// SPDX-License-Identifier: GPL-2.0-only OR MIT
// Mistake: a function of the kernel is declared with a number of another size
// Refused by: the kernel-half compiler, where there is BTF
// In C: compiles and loads; the upper half is lost

import EBPFKernel

struct task_struct: KernelType {
    var tgid: Int32
}

@section(".ksyms") @inline(never) @_optimize(none)
func bpf_task_from_pid(_ pid: Int64) -> UnsafeMutablePointer<task_struct>? { kernelFunction() }  // error: takes 'pid' as a number of 8 bytes

@section(".ksyms") @inline(never) @_optimize(none)
func bpf_task_release(_ task: UnsafeMutablePointer<task_struct>) { kernelFunction() }

let wanted = Variable<Int64>(0)

@section("tc")
func looks_up(_ context: TrafficContext) -> TrafficAction {
    guard let task = bpf_task_from_pid(wanted.value) else { return .drop }
    bpf_task_release(task)
    return .pass
}
