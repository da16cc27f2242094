// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include <ebpf/kernel.h>

LICENSE("Dual MIT/GPL");

const volatile u32 target_thread = 0;
const volatile s32 step = 5;
u64 total = 1000;
u64 calls = 0;

static __noinline s64 doubled(s64 value) {
    return value * 2 + (calls & 0);
}

SEC("tp/syscalls/sys_enter_getpgid")
int adds(struct trace_event_raw_sys_enter *context) {
    if ((u32)bpf_get_current_pid_tgid() != target_thread)
        return 0;
    __atomic_fetch_add(&calls, 1, __ATOMIC_RELAXED);
    __atomic_fetch_add(&total, doubled(step), __ATOMIC_RELAXED);
    return 0;
}

SEC("?tracepoint/syscalls/sys_enter_getpriority")
int asked_for(struct trace_event_raw_sys_enter *context) {
    return doubled(context->id) == 1;
}
