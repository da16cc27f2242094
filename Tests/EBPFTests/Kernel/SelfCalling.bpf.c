// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include <ebpf/kernel.h>

LICENSE("Dual MIT/GPL");

// A program that goes on with itself: the one of its array, and the one to attach.
const volatile u32 target_thread = 0;
u64 turns = 0;

int again(struct trace_event_raw_sys_enter *context);

struct {
    NUMBER(type, MAP_TYPE_PROG_ARRAY);
    NUMBER(max_entries, 1);
    TYPE(key, u32);
    VALUES(int(void *));
} itself SEC(".maps") = {.values = {[0] = (void *)&again}};

SEC("tp/syscalls/sys_enter_getpgid")
int again(struct trace_event_raw_sys_enter *context) {
    if ((u32)bpf_get_current_pid_tgid() != target_thread)
        return 0;
    if (++turns % 3)
        bpf_tail_call(context, &itself, 0);
    return 0;
}
