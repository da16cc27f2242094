// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include <ebpf/kernel.h>

LICENSE("Dual MIT/GPL");

// Every system call of a thread, by what it is about.

const volatile u32 target = 0;

struct {
    NUMBER(type, MAP_TYPE_ARRAY);
    NUMBER(max_entries, 8);
    TYPE(key, u32);
    TYPE(value, u64);
} kinds SEC(".maps");

static __always_inline u32 kind(u64 number) {
    switch (number) {
    case 0: // read
    case 17: // pread64
    case 19: // readv
        return 1;
    case 1: // write
    case 18: // pwrite64
    case 20: // writev
        return 2;
    case 2: // open
    case 257: // openat
    case 437: // openat2
        return 3;
    case 3: // close
    case 436: // close_range
        return 4;
    case 39: // getpid
    case 110: // getppid
    case 121: // getpgid
    case 124: // getsid
        return 5;
    default:
        return 0;
    }
}

SEC("raw_tp/sys_enter")
int any_call(struct bpf_raw_tracepoint_args *context) {
    if (target != (u32)bpf_get_current_pid_tgid())
        return 0;
    u32 key = kind(context->args[1]);
    u64 *count = bpf_map_lookup_elem(&kinds, &key);
    if (count)
        __atomic_fetch_add(count, 1, __ATOMIC_RELAXED);
    return 0;
}
