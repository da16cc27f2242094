// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include <ebpf/kernel.h>

LICENSE("Dual MIT/GPL");

// Walks over the elements of a map and over threads, and hands records of some to who reads the walk.

const volatile u64 least = 0;
const volatile s32 process = 0;

struct task_struct {
    s32 pid;
    s32 tgid;
    struct task_struct *real_parent;
    u64 start_time;
    char comm[16];
} PRESERVE;

struct bpf_iter_meta {
    void *seq;
    u64 session_id;
    u64 seq_num;
} PRESERVE;

struct bpf_iter__bpf_map_elem {
    struct bpf_iter_meta *meta;
    void *map;
    u32 *key;
    u64 *value;
} PRESERVE;

struct bpf_iter__task {
    struct bpf_iter_meta *meta;
    struct task_struct *task;
} PRESERVE;

struct entry {
    u64 index;
    u64 value;
    u32 key;
    u32 spare;
};

struct thread {
    s32 id;
    s32 process;
    s32 parent;
    u32 spare;
    u64 started;
    char command[16];
};

struct {
    NUMBER(type, MAP_TYPE_HASH);
    NUMBER(max_entries, 256);
    TYPE(key, u32);
    TYPE(value, u64);
} entries SEC(".maps");

u64 passed_over = 0;
u64 ends = 0;

SEC("iter/bpf_map_elem")
int walk_entries(struct bpf_iter__bpf_map_elem *context) {
    struct bpf_iter_meta *meta = context->meta;
    u32 *key = context->key;
    u64 *value = context->value;
    if (!key || !value) {
        ends += 1;
        return 0;
    }
    if (*value < least) {
        passed_over += 1;
        return 0;
    }
    struct entry entry = {.index = meta->seq_num, .value = *value, .key = *key};
    *value = 0;
    bpf_seq_write(meta->seq, &entry, sizeof entry);
    return 0;
}

SEC("iter/task")
int walk_threads(struct bpf_iter__task *context) {
    struct task_struct *task = context->task;
    if (!task || task->tgid != process)
        return 0;
    struct thread thread = {
        .id = task->pid, .process = task->tgid, .parent = task->real_parent->tgid, .started = task->start_time};
    CORE_READ_INTO(&thread.command, task, comm);
    bpf_seq_write(context->meta->seq, &thread, sizeof thread);
    return 0;
}
