// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include <ebpf/kernel.h>

LICENSE("Dual MIT/GPL");

// What the kernel knows of the thread that calls getpgid: chains of its structures.

const volatile u32 target = 0;

struct pid_namespace {
    u32 level;
} PRESERVE;

struct nsproxy {
    struct pid_namespace *pid_ns_for_children;
} PRESERVE;

struct mm_struct {
    u64 start_stack;
    u64 arg_start;
} PRESERVE;

struct task_struct {
    s32 pid;
    s32 tgid;
    s32 prio;
    struct task_struct *real_parent;
    struct task_struct *group_leader;
    struct mm_struct *mm;
    struct nsproxy *nsproxy;
    char comm[16];
    u64 start_time;
} PRESERVE;

struct ancestry {
    s32 thread;
    s32 process;
    s32 parent;
    s32 grandparent;
    u64 stack;
    u64 arguments;
    u64 began;
    u32 level;
    s32 priority;
    char command[16];
};

struct {
    NUMBER(type, MAP_TYPE_HASH);
    NUMBER(max_entries, 1024);
    TYPE(key, u32);
    TYPE(value, struct ancestry);
} found SEC(".maps");

SEC("tracepoint/syscalls/sys_enter_getpgid")
int look(struct trace_event_raw_sys_enter *context) {
    u32 thread = bpf_get_current_pid_tgid();
    if (target && target != thread)
        return 0;
    struct task_struct *task = (struct task_struct *)bpf_get_current_task();
    struct task_struct *parent = CORE_READ(task, real_parent);
    struct task_struct *grandparent = CORE_READ(parent, real_parent);
    struct mm_struct *memory = CORE_READ(task, mm);
    struct nsproxy *namespaces = CORE_READ(task, nsproxy);
    struct pid_namespace *processes = CORE_READ(namespaces, pid_ns_for_children);
    struct task_struct *leader = CORE_READ(task, group_leader);
    struct ancestry ancestry = {
        .thread = CORE_READ(task, pid),
        .process = CORE_READ(task, tgid),
        .parent = CORE_READ(parent, tgid),
        .grandparent = CORE_READ(grandparent, tgid),
        .stack = CORE_READ(memory, start_stack),
        .arguments = CORE_READ(memory, arg_start),
        .began = CORE_READ(leader, start_time),
        .level = CORE_READ(processes, level),
        .priority = CORE_READ(task, prio),
    };
    CORE_READ_INTO(&ancestry.command, parent, comm);
    bpf_map_update_elem(&found, &thread, &ancestry, BPF_ANY);
    return 0;
}
