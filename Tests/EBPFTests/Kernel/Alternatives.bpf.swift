// SPDX-License-Identifier: GPL-2.0-only OR MIT

import EBPFKernel

// Ways to see the same call, of which each kernel has others: what stands behind three underscores tells them apart.

let target_thread = Constant<UInt32>(0)
/// How often the call was seen, and by which of the ways.
let seen = Variable<UInt64>(0)
let way = Variable<UInt32>(0)

func note(_ number: UInt32) {
    guard currentProcess.threadID == target_thread.value else { return }
    seen.add(1)
    way.value = number
}

@section("fentry/__x64_sys_getpgid")
func asked___fentry(registers: TrustedPointer<pt_regs>) { note(1) }

@section("ksyscall/getpgid")
func asked___kprobe(process: Int32) { note(2) }

@section("tracepoint/syscalls/sys_enter_getpgid")
func asked___tracepoint(_ context: TracepointContext<trace_event_raw_sys_enter>) { note(3) }

@section("tracepoint/syscalls/no_kernel_has_this")
func missed___tracepoint(_ context: TracepointContext<trace_event_raw_sys_enter>) { note(4) }

@section("kprobe/no_kernel_has_this_function")
func missed___kprobe(_ context: ProbeContext) { note(5) }

@section("raw_tp/sys_exit")
func alone(_: KernelPointer<pt_regs>, result: Int) { if result == -77 { note(6) } }
