// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include <ebpf/kernel.h>

LICENSE("Dual MIT/GPL");

// Records through the buffers of each CPU, as kernels before 5.8 have them.

const volatile u32 target = 0;

struct question {
    u64 time;
    u32 process;
    u32 user;
    s32 asked;
    char command[16];
};

struct {
    NUMBER(type, MAP_TYPE_PERF_EVENT_ARRAY);
    NUMBER(key_size, 4);
    NUMBER(value_size, 4);
} questions SEC(".maps");
u64 questions_dropped = 0;
const struct question *unused_question __attribute__((unused));

SEC("tracepoint/syscalls/sys_enter_getpgid")
int ask(struct trace_event_raw_sys_enter *context) {
    u64 id = bpf_get_current_pid_tgid();
    if (target && target != (u32)id)
        return 0;
    struct question question = {
        .time = bpf_ktime_get_ns(), .process = id >> 32, .user = bpf_get_current_uid_gid(), .asked = context->args[0]};
    bpf_get_current_comm(question.command, sizeof(question.command));
    if (bpf_perf_event_output(context, &questions, EVENTS_THIS_CPU, &question, sizeof(question)))
        __atomic_fetch_add(&questions_dropped, 1, __ATOMIC_RELAXED);
    return 0;
}
