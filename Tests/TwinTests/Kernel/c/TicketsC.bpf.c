// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include <ebpf/kernel.h>

LICENSE("Dual MIT/GPL");

// Numbers that wait: those of one call are put in, another one takes them out.

const volatile u32 target = 0;

struct ticket {
    u32 process;
    u64 number;
};

struct {
    NUMBER(type, MAP_TYPE_QUEUE);
    NUMBER(max_entries, 4);
    TYPE(value, struct ticket);
} first_in SEC(".maps");

struct {
    NUMBER(type, MAP_TYPE_STACK);
    NUMBER(max_entries, 4);
    TYPE(value, struct ticket);
} last_in SEC(".maps");

u64 refused = 0;
u64 taken = 0;
u64 next_number = 0;

struct {
    NUMBER(type, MAP_TYPE_RINGBUF);
    NUMBER(max_entries, 4096);
} orders SEC(".maps");
u64 orders_dropped = 0;

SEC("tracepoint/syscalls/sys_enter_getpgid")
int wait(struct trace_event_raw_sys_enter *context) {
    u64 id = bpf_get_current_pid_tgid();
    if (target && target != (u32)id)
        return 0;
    struct ticket ticket = {}, next;
    ticket.process = id >> 32;
    ticket.number = context->args[0];
    if (bpf_map_push_elem(&first_in, &ticket, BPF_ANY))
        __atomic_fetch_add(&refused, 1, __ATOMIC_RELAXED);
    bpf_map_push_elem(&last_in, &ticket, BPF_EXIST);
    if (!bpf_map_peek_elem(&first_in, &next))
        next_number = next.number;
    return 0;
}

SEC("tracepoint/syscalls/sys_enter_getsid")
int serve(struct trace_event_raw_sys_enter *context) {
    u64 id = bpf_get_current_pid_tgid();
    if (target && target != (u32)id)
        return 0;
    struct ticket first, last;
    if (bpf_map_pop_elem(&first_in, &first) || bpf_map_pop_elem(&last_in, &last))
        return 0;
    __atomic_fetch_add(&taken, 1, __ATOMIC_RELAXED);
    u64 *slot = bpf_ringbuf_reserve(&orders, 2 * sizeof(u64), 0);
    if (!slot) {
        __atomic_fetch_add(&orders_dropped, 1, __ATOMIC_RELAXED);
        return 0;
    }
    slot[0] = first.number;
    slot[1] = last.number;
    bpf_ringbuf_submit(slot, 0);
    return 0;
}
