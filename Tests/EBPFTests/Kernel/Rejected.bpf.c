// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include <ebpf/kernel.h>

LICENSE("Dual MIT/GPL");

struct {
    NUMBER(type, MAP_TYPE_HASH);
    // A number that no other test uses: by it the test finds what a failed load left behind.
    NUMBER(max_entries, 7919);
    TYPE(key, u32);
    TYPE(value, u64);
} counts SEC(".maps");

SEC("tracepoint/syscalls/sys_enter_getpgid")
int forgets_the_check(struct trace_event_raw_sys_enter *context) {
    u32 key = context->args[0];
    u64 *value = bpf_map_lookup_elem(&counts, &key);
    return *value == 1;
}
