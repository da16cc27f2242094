// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include <ebpf/kernel.h>

LICENSE("Dual MIT/GPL");

SEC("tracepoint/syscalls/sys_enter_getpgid")
int exists(struct trace_event_raw_sys_enter *context) {
    return context->id == 0;
}

SEC("tracepoint/syscalls/sys_enter_never_was")
int hangs_on_nothing(struct trace_event_raw_sys_enter *context) {
    return context->id == 0;
}
