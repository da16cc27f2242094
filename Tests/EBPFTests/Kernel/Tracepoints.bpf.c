// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include <ebpf/kernel.h>

LICENSE("Dual MIT/GPL");

// Calls of getsid as each kind of tracepoint tells them; and two tracepoints that no kernel has.

const volatile u32 target_thread = 0;
const volatile u64 number = 0;
u64 raw = 0;
u64 typed = 0;

static __always_inline bool is_wanted_thread(void) { return (u32)bpf_get_current_pid_tgid() == target_thread; }

SEC("raw_tracepoint/sys_enter")
int sees_arguments(struct bpf_raw_tracepoint_args *context) {
    if (context->args[1] == number && is_wanted_thread())
        __atomic_fetch_add(&raw, 1, __ATOMIC_RELAXED);
    return 0;
}

SEC("tp_btf/sys_exit")
int sees_types(u64 *context) {
    // The registers, and what the call answered: ESRCH here.
    if ((s64)context[1] == -3 && is_wanted_thread())
        __atomic_fetch_add(&typed, 1, __ATOMIC_RELAXED);
    return 0;
}

SEC("?raw_tp/never_was")
int hangs_on_nothing(struct bpf_raw_tracepoint_args *context) {
    return 0;
}

SEC("?tp_btf/never_was")
int knows_no_types(u64 *context) {
    return 0;
}
