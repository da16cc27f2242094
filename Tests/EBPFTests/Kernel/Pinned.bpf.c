// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include <ebpf/kernel.h>

LICENSE("Dual MIT/GPL");

// A map that outlives who makes it.
struct {
    NUMBER(type, MAP_TYPE_HASH);
    NUMBER(max_entries, 8);
    NUMBER(pinning, PIN_BY_NAME);
    TYPE(key, u32);
    TYPE(value, u64);
} kept SEC(".maps");

// What bpftool tells of a program that does not read it.
const volatile u32 bpf_metadata_number __attribute__((used)) = 7;

SEC("tp/syscalls/sys_enter_getpgid")
int reads(struct trace_event_raw_sys_enter *context) {
    u32 key = 1;
    return bpf_map_lookup_elem(&kept, &key) != 0;
}
