// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include <ebpf/kernel.h>

LICENSE("Dual MIT/GPL");

struct task_struct {
    int no_such_field;
    int tgid;
} PRESERVE;

const volatile bool reads_it = false;
u64 seen = 0;

SEC("tracepoint/syscalls/sys_enter_getpgid")
int reads_a_field(struct trace_event_raw_sys_enter *context) {
    struct task_struct *task = (void *)bpf_get_current_task();
    if (reads_it)
        seen = CORE_READ(task, no_such_field);
    else if (!core_field_exists(task->no_such_field) && core_field_exists(task->tgid))
        seen = CORE_READ(task, tgid);
    return 0;
}
