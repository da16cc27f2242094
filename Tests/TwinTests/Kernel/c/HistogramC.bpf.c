// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include <ebpf/kernel.h>

LICENSE("Dual MIT/GPL");

// The sizes of reads, by powers of two.

const volatile u32 target = 0;

struct {
    NUMBER(type, MAP_TYPE_ARRAY);
    NUMBER(max_entries, 32);
    TYPE(key, u32);
    TYPE(value, u64);
} sizes SEC(".maps");

static __always_inline u32 log2(u32 value) {
    u32 result = 0;
    if (value > 0xFFFF) {
        value >>= 16;
        result |= 16;
    }
    if (value > 0xFF) {
        value >>= 8;
        result |= 8;
    }
    if (value > 0xF) {
        value >>= 4;
        result |= 4;
    }
    if (value > 3) {
        value >>= 2;
        result |= 2;
    }
    return result | value >> 1;
}

SEC("tracepoint/syscalls/sys_exit_pread64")
int read_ends(struct trace_event_raw_sys_exit *context) {
    if (target && target != (u32)bpf_get_current_pid_tgid())
        return 0;
    long size = context->ret;
    if (size <= 0)
        return 0;
    u32 slot = log2(size);
    u64 *count = bpf_map_lookup_elem(&sizes, &slot);
    if (count)
        __atomic_fetch_add(count, 1, __ATOMIC_RELAXED);
    return 0;
}
