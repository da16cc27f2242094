// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include <ebpf/kernel.h>

LICENSE("Dual MIT/GPL");

// How long each getpriority takes: what one event knows is kept until the other comes.

const volatile u32 target = 0;

struct pending {
    u64 start;
    u32 which;
    u32 who;
};

struct call {
    u64 duration;
    u32 process;
    u32 thread;
    u32 which;
    u32 who;
    s64 result;
};

struct {
    NUMBER(type, MAP_TYPE_HASH);
    NUMBER(max_entries, 1024);
    TYPE(key, u32);
    TYPE(value, struct pending);
} begun SEC(".maps");

struct {
    NUMBER(type, MAP_TYPE_RINGBUF);
    NUMBER(max_entries, 64 * 1024);
} calls SEC(".maps");
u64 calls_dropped = 0;
// Names the record in the object's types.
const struct call *unused_call __attribute__((unused));

SEC("tracepoint/syscalls/sys_enter_getpriority")
int call_begins(struct trace_event_raw_sys_enter *context) {
    u32 thread = bpf_get_current_pid_tgid();
    if (target && target != thread)
        return 0;
    struct pending pending = {.start = bpf_ktime_get_ns(), .which = context->args[0], .who = context->args[1]};
    bpf_map_update_elem(&begun, &thread, &pending, BPF_ANY);
    return 0;
}

SEC("tracepoint/syscalls/sys_exit_getpriority")
int call_ends(struct trace_event_raw_sys_exit *context) {
    u64 id = bpf_get_current_pid_tgid();
    u32 thread = id;
    struct pending *pending = bpf_map_lookup_elem(&begun, &thread);
    if (!pending)
        return 0;
    struct call *call = bpf_ringbuf_reserve(&calls, sizeof(*call), 0);
    if (call) {
        call->duration = bpf_ktime_get_ns() - pending->start;
        call->process = id >> 32;
        call->thread = thread;
        call->which = pending->which;
        call->who = pending->who;
        call->result = context->ret;
        bpf_ringbuf_submit(call, 0);
    } else {
        __atomic_fetch_add(&calls_dropped, 1, __ATOMIC_RELAXED);
    }
    bpf_map_delete_elem(&begun, &thread);
    return 0;
}
