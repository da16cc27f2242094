// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include <ebpf/kernel.h>

LICENSE("Dual MIT/GPL");

// Maps that hold maps and programs from the start: getpgid(n) by the target counts in the map under n, and goes on in the program under n.
const volatile u32 target_thread = 0;
u64 continued = 0;

struct counts {
    NUMBER(type, MAP_TYPE_ARRAY);
    NUMBER(max_entries, 1);
    TYPE(key, u32);
    TYPE(value, u64);
};
struct counts first SEC(".maps"), third SEC(".maps");

struct {
    NUMBER(type, MAP_TYPE_ARRAY_OF_MAPS);
    NUMBER(max_entries, 4);
    TYPE(key, u32);
    VALUES(struct counts);
} by_number SEC(".maps") = {.values = {[1] = &first, [3] = &third}};

struct {
    NUMBER(type, MAP_TYPE_HASH_OF_MAPS);
    NUMBER(max_entries, 4);
    TYPE(key, u32);
    VALUES(struct counts);
} by_key SEC(".maps") = {.values = {[1] = &third}};

int goes_on(struct trace_event_raw_sys_enter *context);

struct {
    NUMBER(type, MAP_TYPE_PROG_ARRAY);
    NUMBER(max_entries, 4);
    TYPE(key, u32);
    VALUES(int(void *));
} next SEC(".maps") = {.values = {[3] = (void *)&goes_on}};

static __always_inline void count(void *outer, u32 number) {
    u32 zero = 0;
    void *inner = bpf_map_lookup_elem(outer, &number);
    if (!inner)
        return;
    u64 *value = bpf_map_lookup_elem(inner, &zero);
    if (value)
        __atomic_fetch_add(value, 1, __ATOMIC_RELAXED);
}

SEC("tp/syscalls/sys_enter_getpgid")
int counts(struct trace_event_raw_sys_enter *context) {
    if ((u32)bpf_get_current_pid_tgid() != target_thread)
        return 0;
    u32 number = context->args[0];
    count(&by_number, number);
    count(&by_key, number);
    bpf_tail_call(context, &next, number);
    return 0;
}

SEC("tp/syscalls/sys_enter_getpgid")
int goes_on(struct trace_event_raw_sys_enter *context) {
    __atomic_fetch_add(&continued, 1, __ATOMIC_RELAXED);
    return 0;
}
