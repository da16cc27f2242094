// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include <ebpf/kernel.h>

LICENSE("Dual MIT/GPL");

// Which process makes which, from arguments whose types the verifier knows.

const volatile s32 target = 0;

struct task_struct {
    s32 pid;
    s32 tgid;
    struct task_struct *real_parent;
    u64 start_time;
    char comm[16];
} PRESERVE;

struct birth {
    s32 parent;
    s32 child;
    s32 thread;
    s32 grandparent;
    u64 age;
    char command[16];
};

struct {
    NUMBER(type, MAP_TYPE_RINGBUF);
    NUMBER(max_entries, 64 * 1024);
} births SEC(".maps");
u64 births_dropped = 0;
const struct birth *unused_birth __attribute__((unused));

SEC("tp_btf/sched_process_fork")
int process_forks(u64 *context) {
    struct task_struct *parent = (struct task_struct *)context[0];
    struct task_struct *child = (struct task_struct *)context[1];
    if (target && target != parent->pid)
        return 0;
    struct birth *birth = bpf_ringbuf_reserve(&births, sizeof(*birth), 0);
    if (!birth) {
        __atomic_fetch_add(&births_dropped, 1, __ATOMIC_RELAXED);
        return 0;
    }
    birth->parent = parent->tgid;
    birth->child = child->tgid;
    birth->thread = child->pid;
    birth->grandparent = parent->real_parent->tgid;
    birth->age = child->start_time - parent->start_time;
    CORE_READ_INTO(&birth->command, parent, comm);
    bpf_ringbuf_submit(birth, 0);
    return 0;
}
