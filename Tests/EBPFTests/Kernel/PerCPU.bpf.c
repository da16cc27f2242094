// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include <ebpf/kernel.h>

LICENSE("Dual MIT/GPL");

// getpgid(key) by the target thread counts in the value that the CPU has for the key, in maps of each kind that has such.
const volatile u32 target_thread = 0;

#define VALUES_BY_CPU(kind, name)                                                                                      \
    struct {                                                                                                           \
        NUMBER(type, kind);                                                                                            \
        NUMBER(max_entries, 8);                                                                                        \
        TYPE(key, u32);                                                                                                \
        TYPE(value, u64);                                                                                              \
    } name SEC(".maps")

VALUES_BY_CPU(MAP_TYPE_PERCPU_ARRAY, in_array);
VALUES_BY_CPU(MAP_TYPE_PERCPU_HASH, in_hash);
VALUES_BY_CPU(MAP_TYPE_LRU_PERCPU_HASH, in_recent);

static __always_inline void count(void *map, u32 key) {
    u64 first = 1;
    u64 *value = bpf_map_lookup_elem(map, &key);
    if (value)
        (*value)++;
    else
        bpf_map_update_elem(map, &key, &first, BPF_ANY);
}

SEC("tracepoint/syscalls/sys_enter_getpgid")
int counts(struct trace_event_raw_sys_enter *context) {
    if ((u32)bpf_get_current_pid_tgid() != target_thread)
        return 0;
    count(&in_array, context->args[0]);
    count(&in_hash, context->args[0]);
    count(&in_recent, context->args[0]);
    return 0;
}
