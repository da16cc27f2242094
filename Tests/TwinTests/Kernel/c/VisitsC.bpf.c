// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include <ebpf/kernel.h>

LICENSE("Dual MIT/GPL");

// How often each thread makes a call, kept with the thread.

const volatile u32 target = 0;

// The number of the call.
const volatile s64 which = 0;

struct visits {
    u64 calls;
    u64 first;
};

struct {
    NUMBER(type, MAP_TYPE_TASK_STORAGE);
    NUMBER(map_flags, MAP_NO_PREALLOC);
    TYPE(key, int);
    TYPE(value, struct visits);
} visits SEC(".maps");

u64 threads = 0;
u64 latest = 0;
u64 elapsed = 0;

// BPF_LOCAL_STORAGE_GET_F_CREATE
enum { CREATE = 1 };

SEC("tp_btf/sys_enter")
int count_visit(u64 *context) {
    if ((s64)context[1] != which)
        return 0;
    if (target && target != (u32)bpf_get_current_pid_tgid())
        return 0;
    struct visits *found = bpf_task_storage_get(&visits, bpf_get_current_task_btf(), NULL, CREATE);
    if (!found)
        return 0;
    u64 now = bpf_ktime_get_ns();
    if (found->calls == 0) {
        found->first = now;
        __atomic_fetch_add(&threads, 1, __ATOMIC_RELAXED);
    }
    found->calls++;
    latest = found->calls;
    elapsed = now - found->first;
    return 0;
}
