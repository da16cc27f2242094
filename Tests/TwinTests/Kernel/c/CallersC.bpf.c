// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include <ebpf/kernel.h>

LICENSE("Dual MIT/GPL");

// From where a call is made, by processes of one cgroup only.

const volatile u32 target = 0;

struct {
    NUMBER(type, MAP_TYPE_CGROUP_ARRAY);
    NUMBER(max_entries, 2);
    NUMBER(key_size, 4);
    NUMBER(value_size, 4);
} watched SEC(".maps");

struct {
    NUMBER(type, MAP_TYPE_STACK_TRACE);
    NUMBER(max_entries, 64);
    NUMBER(key_size, 4);
    NUMBER(value_size, 127 * 8);
} stacks SEC(".maps");

struct {
    NUMBER(type, MAP_TYPE_HASH);
    NUMBER(max_entries, 64);
    TYPE(key, u32);
    TYPE(value, u64);
} callers SEC(".maps");

u64 unknown = 0;
u64 others = 0;

// BPF_F_USER_STACK
enum { USER = 1 << 8 };

SEC("tracepoint/syscalls/sys_enter_getpgid")
int find_caller(struct trace_event_raw_sys_enter *context) {
    if (target && target != (u32)bpf_get_current_pid_tgid())
        return 0;
    if (bpf_current_task_under_cgroup(&watched, context->args[0] & 1) != 1) {
        __atomic_fetch_add(&others, 1, __ATOMIC_RELAXED);
        return 0;
    }
    long stack = bpf_get_stackid(context, &stacks, USER);
    if (stack < 0) {
        __atomic_fetch_add(&unknown, 1, __ATOMIC_RELAXED);
        return 0;
    }
    u32 key = stack;
    u64 *count = bpf_map_lookup_elem(&callers, &key);
    if (count) {
        __atomic_fetch_add(count, 1, __ATOMIC_RELAXED);
    } else {
        u64 first = 1;
        bpf_map_update_elem(&callers, &key, &first, BPF_ANY);
    }
    return 0;
}
