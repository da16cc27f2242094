// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include <ebpf/kernel.h>

LICENSE("Dual MIT/GPL");

// Into which interval a number falls: a loop with a bound over an array that user space fills.

const volatile u32 target = 0;

struct thresholds {
    u32 count;
    u32 limits[16];
    u64 hits[16];
};

struct {
    NUMBER(type, MAP_TYPE_ARRAY);
    NUMBER(max_entries, 1);
    TYPE(key, u32);
    TYPE(value, struct thresholds);
} table SEC(".maps");

SEC("tracepoint/syscalls/sys_enter_getsid")
int classify(struct trace_event_raw_sys_enter *context) {
    if (target && target != (u32)bpf_get_current_pid_tgid())
        return 0;
    u32 zero = 0, value = context->args[0];
    struct thresholds *thresholds = bpf_map_lookup_elem(&table, &zero);
    if (!thresholds)
        return 0;
    for (u32 index = 0; index < 16; index++) {
        if (index >= thresholds->count)
            break;
        if (value < thresholds->limits[index]) {
            thresholds->hits[index]++;
            break;
        }
    }
    return 0;
}
