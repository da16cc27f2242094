// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include <ebpf/kernel.h>

LICENSE("Dual MIT/GPL");

// getpriority(n, ...) by the target thread sends a record of 100,000 bytes, more than a reader maps twice.
const volatile u32 target_thread = 0;

EVENTS(records, 256 * 1024);

struct large {
    u8 bytes[100000];
};

struct {
    NUMBER(type, MAP_TYPE_ARRAY);
    NUMBER(max_entries, 1);
    TYPE(key, u32);
    TYPE(value, struct large);
} pattern SEC(".maps");

SEC("tracepoint/syscalls/sys_enter_getpriority")
int sends(struct trace_event_raw_sys_enter *context) {
    u32 zero = 0;
    struct large *record = bpf_map_lookup_elem(&pattern, &zero);
    if (!record || (u32)bpf_get_current_pid_tgid() != target_thread)
        return 0;
    events_send(context, records, record, sizeof(*record));
    return 0;
}
