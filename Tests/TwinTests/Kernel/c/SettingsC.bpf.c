// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include <ebpf/kernel.h>

LICENSE("Dual MIT/GPL");

// What user space sets, before loading and while the program runs.

struct limits {
    u32 lowest;
    u32 highest;
    u16 step;
    bool inclusive;
};

const volatile u32 target = 0;
const volatile struct limits limits = {.lowest = 1, .highest = 10, .step = 1};
const volatile s64 offset = -5;
const volatile u8 flags = 0;

u64 inside = 0;
s64 sum = 100;
u32 last = 0;
bool enabled = true;

SEC("tracepoint/syscalls/sys_enter_getsid")
int weigh(struct trace_event_raw_sys_enter *context) {
    if (target && target != (u32)bpf_get_current_pid_tgid())
        return 0;
    if (!enabled)
        return 0;
    u32 value = context->args[0];
    if (value < limits.lowest || value > limits.highest || (value == limits.highest && !limits.inclusive))
        return 0;
    __atomic_fetch_add(&inside, 1, __ATOMIC_RELAXED);
    sum += (s64)value * limits.step + offset;
    if (flags & 2)
        last = value;
    return 0;
}
