// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include <ebpf/kernel.h>
#include <ebpf/usdt.h>

LICENSE("Dual MIT/GPL");

// Programs of probes that programs declare (USDT). All are optional: a trial loads the one that it is about.
const volatile u32 target_thread = 0;
u64 seen = 0;
u64 cookie = 0;
s64 values[4] = {};
s64 status = 0;
s64 count = 0;
s64 size = 0;

static __always_inline void note(void *context) {
    if ((u32)bpf_get_current_pid_tgid() != target_thread)
        return;
    __atomic_fetch_add(&seen, 1, __ATOMIC_RELAXED);
    cookie = usdt_cookie(context);
    count = usdt_argument_count(context);
    size = usdt_argument_size(context, 0);
    s64 value;
    for (u32 number = 0; number < 4; number++) {
        s64 answer = usdt_argument(context, number, &value);
        values[number] = value;
        if (number < count && answer)
            status = answer;
    }
}

SEC("?usdt//proc/self/exe:trial:called") int hook_usdt(void *context) {
    note(context);
    return 0;
}
SEC("?usdt.s//proc/self/exe:trial:called") int hook_usdt_sleeping(void *context) {
    note(context);
    return 0;
}
SEC("?usdt//proc/self/exe:trial:twice") int hook_usdt_twice(void *context) {
    note(context);
    return 0;
}
// Loaded for events, and attached to probes all the same.
SEC("?uprobe") int hook_usdt_events(void *context) {
    note(context);
    return 0;
}
