// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include <ebpf/kernel.h>

LICENSE("Dual MIT/GPL");

// How often each process calls getpgid.

const volatile u32 target = 0;

struct {
    NUMBER(type, MAP_TYPE_HASH);
    NUMBER(max_entries, 1024);
    TYPE(key, u32);
    TYPE(value, u64);
} counts SEC(".maps");

SEC("tracepoint/syscalls/sys_enter_getpgid")
int count_calls(struct trace_event_raw_sys_enter *context) {
    u64 id = bpf_get_current_pid_tgid();
    if (target && target != (u32)id)
        return 0;
    u32 process = id >> 32;
    u64 *count = bpf_map_lookup_elem(&counts, &process);
    if (count) {
        __atomic_fetch_add(count, 1, __ATOMIC_RELAXED);
    } else {
        u64 one = 1;
        bpf_map_update_elem(&counts, &process, &one, BPF_ANY);
    }
    return 0;
}
