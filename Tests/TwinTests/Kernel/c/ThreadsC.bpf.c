// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include <ebpf/kernel.h>

LICENSE("Dual MIT/GPL");

// Reads what the kernel knows of a thread that is named by its number.

struct task_struct {
    int pid;
    int tgid;
    int prio;
} PRESERVE;

extern struct task_struct *bpf_task_from_pid(s32 pid) __ksym;
extern void bpf_task_release(struct task_struct *p) __ksym;

s32 wanted = 0;
s32 process = 0;
s32 priority = 0;
u64 missing = 0;

SEC("tc")
int look_up(void *context) {
    struct task_struct *task = bpf_task_from_pid(wanted);
    if (!task) {
        missing += 1;
        return 0;
    }
    process = task->tgid;
    priority = task->prio;
    bpf_task_release(task);
    return 0;
}
