// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include <ebpf/kernel.h>

LICENSE("Dual MIT/GPL");

// Statistics by a key of several parts.

const volatile u32 target = 0;

struct key {
    u32 process;
    u16 which;
    u8 negative;
    u8 spare;
    u64 who;
};

struct statistics {
    u64 calls;
    s64 lowest;
    s64 highest;
};

struct {
    NUMBER(type, MAP_TYPE_HASH);
    NUMBER(max_entries, 256);
    TYPE(key, struct key);
    TYPE(value, struct statistics);
} pairs SEC(".maps");

SEC("tracepoint/syscalls/sys_enter_getpriority")
int count_pair(struct trace_event_raw_sys_enter *context) {
    u64 id = bpf_get_current_pid_tgid();
    if (target && target != (u32)id)
        return 0;
    s32 who = context->args[1];
    struct key key = {.process = id >> 32, .which = context->args[0], .negative = who < 0, .who = who & 0xF};
    struct statistics *found = bpf_map_lookup_elem(&pairs, &key);
    if (found) {
        found->calls++;
        if (who < found->lowest)
            found->lowest = who;
        if (who > found->highest)
            found->highest = who;
    } else {
        struct statistics first = {.calls = 1, .lowest = who, .highest = who};
        bpf_map_update_elem(&pairs, &key, &first, BPF_NOEXIST);
    }
    return 0;
}
