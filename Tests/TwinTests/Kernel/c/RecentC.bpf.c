// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include <ebpf/kernel.h>

LICENSE("Dual MIT/GPL");

// The state of the threads that called getsid most recently.

const volatile u32 target = 0;

struct state {
    u64 calls;
    u64 last;
    u32 previous;
    bool repeated;
};

struct {
    NUMBER(type, MAP_TYPE_LRU_HASH);
    NUMBER(max_entries, 256);
    TYPE(key, u32);
    TYPE(value, struct state);
} states SEC(".maps");

SEC("tracepoint/syscalls/sys_enter_getsid")
int remember(struct trace_event_raw_sys_enter *context) {
    u32 thread = bpf_get_current_pid_tgid();
    if (target && target != thread)
        return 0;
    u32 asked = context->args[0];
    struct state *state = bpf_map_lookup_elem(&states, &thread);
    if (!state) {
        struct state first = {.calls = 1, .last = bpf_ktime_get_ns(), .previous = asked};
        bpf_map_update_elem(&states, &thread, &first, BPF_ANY);
        return 0;
    }
    state->calls++;
    state->last = bpf_ktime_get_ns();
    state->repeated = state->previous == asked;
    state->previous = asked;
    return 0;
}
