// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include <ebpf/kernel.h>

LICENSE("Dual MIT/GPL");

// Which table a call is counted in, user space says by the table's name or number: maps in maps.

const volatile u32 target = 0;

struct count {
    u64 calls;
    u64 greatest;
};

struct numbered {
    NUMBER(type, MAP_TYPE_HASH);
    NUMBER(max_entries, 16);
    TYPE(key, u32);
    TYPE(value, struct count);
};

struct named {
    NUMBER(type, MAP_TYPE_ARRAY);
    NUMBER(max_entries, 8);
    TYPE(key, u32);
    TYPE(value, u64);
};

struct {
    NUMBER(type, MAP_TYPE_ARRAY_OF_MAPS);
    NUMBER(max_entries, 4);
    TYPE(key, u32);
    VALUES(struct numbered);
} by_number SEC(".maps");

struct {
    NUMBER(type, MAP_TYPE_HASH_OF_MAPS);
    NUMBER(max_entries, 4);
    TYPE(key, u64);
    VALUES(struct named);
} by_name SEC(".maps");

u64 missing = 0;
// Without it, the object would know only the name of the structure, which an inner map alone has.
const struct count *unused_count __attribute__((unused));

SEC("tracepoint/syscalls/sys_enter_getpriority")
int count_in_tables(struct trace_event_raw_sys_enter *context) {
    if (target && target != (u32)bpf_get_current_pid_tgid())
        return 0;
    u32 number = context->args[0];
    u64 who = context->args[1];
    void *table = bpf_map_lookup_elem(&by_number, &number);
    if (table) {
        u32 key = who & 0xF;
        struct count *count = bpf_map_lookup_elem(table, &key);
        if (count) {
            count->calls++;
            if (who > count->greatest)
                count->greatest = who;
        } else {
            struct count first = {.calls = 1, .greatest = who};
            bpf_map_update_elem(table, &key, &first, BPF_ANY);
        }
    } else {
        __atomic_fetch_add(&missing, 1, __ATOMIC_RELAXED);
    }
    u64 name = (u64)number * 1000;
    table = bpf_map_lookup_elem(&by_name, &name);
    if (table) {
        u32 index = who & 7;
        u64 *count = bpf_map_lookup_elem(table, &index);
        if (count)
            __atomic_fetch_add(count, 1, __ATOMIC_RELAXED);
    }
    return 0;
}
