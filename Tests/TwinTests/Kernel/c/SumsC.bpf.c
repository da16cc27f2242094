// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include <ebpf/kernel.h>

LICENSE("Dual MIT/GPL");

// How much is written, summed up by each CPU on its own.

const volatile u32 target = 0;

struct sum {
    u64 calls;
    u64 bytes;
    u64 largest;
};

struct {
    NUMBER(type, MAP_TYPE_PERCPU_ARRAY);
    NUMBER(max_entries, 1);
    TYPE(key, u32);
    TYPE(value, struct sum);
} sums SEC(".maps");

struct {
    NUMBER(type, MAP_TYPE_PERCPU_HASH);
    NUMBER(max_entries, 256);
    TYPE(key, u32);
    TYPE(value, u64);
} files SEC(".maps");

SEC("tracepoint/syscalls/sys_enter_pwrite64")
int write_begins(struct trace_event_raw_sys_enter *context) {
    if (target && target != (u32)bpf_get_current_pid_tgid())
        return 0;
    u32 zero = 0, file = context->args[0];
    u64 size = context->args[2];
    struct sum *sum = bpf_map_lookup_elem(&sums, &zero);
    if (!sum)
        return 0;
    sum->calls++;
    sum->bytes += size;
    if (size > sum->largest)
        sum->largest = size;
    u64 *bytes = bpf_map_lookup_elem(&files, &file);
    if (bytes)
        *bytes += size;
    else
        bpf_map_update_elem(&files, &file, &size, BPF_ANY);
    return 0;
}
