// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include <ebpf/kernel.h>

LICENSE("Dual MIT/GPL");

// What this kernel has: fields, bits, enumerators and two forms of one structure.

const volatile u32 target = 0;

struct task_struct {
    u32 sched_reset_on_fork : 1;
    u32 no_cgroup_migration : 1;
    s32 exit_code;
} PRESERVE;

// Linux 5.14 renamed the field.
struct task_struct___new {
    u32 __state;
} PRESERVE;

struct task_struct___old {
    long state;
    int never_was;
} PRESERVE;

struct never_was {
    int field;
} PRESERVE;

enum bpf_func_id___any {
    BPF_FUNC_ringbuf_output___any = 1,
    BPF_FUNC_never_was = 2,
};

struct knowledge {
    u64 state;
    u64 size;
    u64 output;
    s32 reset;
    s32 migration;
    bool has_state;
    bool has_field;
    bool has_type;
    bool has_case;
};

struct {
    NUMBER(type, MAP_TYPE_ARRAY);
    NUMBER(max_entries, 1);
    TYPE(key, u32);
    TYPE(value, struct knowledge);
} known SEC(".maps");

SEC("tracepoint/syscalls/sys_enter_getpgid")
int learn(struct trace_event_raw_sys_enter *context) {
    if (target && target != (u32)bpf_get_current_pid_tgid())
        return 0;
    u32 zero = 0;
    struct knowledge *knowledge = bpf_map_lookup_elem(&known, &zero);
    if (!knowledge)
        return 0;
    struct task_struct *task = (struct task_struct *)bpf_get_current_task();
    struct task_struct___new *recent = (void *)task;
    struct task_struct___old *old = (void *)task;
    if (core_field_exists(recent->__state))
        knowledge->state = CORE_READ(recent, __state);
    else
        knowledge->state = CORE_READ(old, state);
    knowledge->size = core_type_size(struct task_struct);
    knowledge->output = core_enum_value(enum bpf_func_id___any, BPF_FUNC_ringbuf_output___any);
    knowledge->reset = CORE_READ_BITS(task, sched_reset_on_fork);
    knowledge->migration = CORE_READ_BITS(task, no_cgroup_migration);
    knowledge->has_state = core_field_exists(recent->__state);
    knowledge->has_field = core_field_exists(old->never_was);
    knowledge->has_type = core_type_exists(struct never_was);
    knowledge->has_case = core_enum_exists(enum bpf_func_id___any, BPF_FUNC_never_was);
    return 0;
}
