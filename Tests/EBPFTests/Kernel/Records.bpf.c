// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include <ebpf/kernel.h>

LICENSE("Dual MIT/GPL");

// getsid(n) by the target thread sends a record of n bytes, after one that is reserved and discarded.
const volatile u32 target_thread = 0;

EVENTS(records, 64 * 1024);

#define LARGEST 4096

struct record {
    u64 sequence;
    u64 size;
    // Filled by user space: byte i is 31 * i.
    u8 bytes[LARGEST];
};

struct {
    NUMBER(type, MAP_TYPE_ARRAY);
    NUMBER(max_entries, 1);
    TYPE(key, u32);
    TYPE(value, struct record);
} pattern SEC(".maps");

SEC("tracepoint/syscalls/sys_enter_getsid")
int sends(struct trace_event_raw_sys_enter *context) {
    u32 zero = 0;
    u64 size = context->args[0];
    struct record *record = bpf_map_lookup_elem(&pattern, &zero);
    if (!record || (u32)bpf_get_current_pid_tgid() != target_thread || size > LARGEST)
        return 0;
    if (!records_is_perf) {
        void *unwanted = bpf_ringbuf_reserve(&records, 24, 0);
        if (unwanted)
            bpf_ringbuf_discard(unwanted, 0);
    }
    record->sequence++;
    record->size = size;
    events_send(context, records, record, 16 + (size & (2 * LARGEST - 1)));
    return 0;
}
