// SPDX-License-Identifier: GPL-2.0-only OR MIT
// Mistake: the kernel's value of a case that a variable holds
// Refused by: the kernel-half compiler
// In C: clang: `__builtin_preserve_enum_value argument 1 invalid`

import EBPFKernel

enum pid_type: UInt32, KernelEnumeration { case PIDTYPE_PID, PIDTYPE_TGID }

let value = Variable<UInt64>(0)

@section("tracepoint/syscalls/sys_enter_getpgid")
func asks(_ context: TracepointContext<trace_event_raw_sys_enter>) -> Int32 {
    let type: pid_type = context.args[0] > 3 ? .PIDTYPE_PID : .PIDTYPE_TGID
    value.value = type.kernelValue  // error: asks for the kernel's value of a case that is not known
    return 0
}
