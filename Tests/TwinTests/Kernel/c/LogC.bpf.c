// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include <ebpf/kernel.h>

LICENSE("Dual MIT/GPL");

// A line of the kernel's trace for each call of getpgid.

const volatile u32 target = 0;
u64 written = 0;

SEC("tracepoint/syscalls/sys_enter_getpgid")
int tell(struct trace_event_raw_sys_enter *context) {
    u64 id = bpf_get_current_pid_tgid();
    if (target && target != (u32)id)
        return 0;
    log("twin %d asks about %d on %d", (u32)(id >> 32), (u32)context->args[0], bpf_get_smp_processor_id());
    __atomic_fetch_add(&written, 1, __ATOMIC_RELAXED);
    return 0;
}
