// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include <ebpf/kernel.h>

LICENSE("Dual MIT/GPL");

// Maps that the kernel or the reader wants to know the types of; tests choose which of them are created.
enum state { IDLE, RUNNING };

struct place {
    u32 cpu;
    s32 node;
};

struct entry {
    u64 count;
    enum state state;
    char name[12];
    struct place place;
};

struct {
    NUMBER(type, MAP_TYPE_HASH);
    NUMBER(max_entries, 8);
    TYPE(key, struct place);
    TYPE(value, struct entry);
} described SEC(".maps");

#define STORAGE(kind, name)                                                                                            \
    struct {                                                                                                           \
        NUMBER(type, kind);                                                                                            \
        NUMBER(map_flags, MAP_NO_PREALLOC);                                                                            \
        TYPE(key, int);                                                                                                \
        TYPE(value, u64);                                                                                              \
    } name SEC(".maps")

STORAGE(MAP_TYPE_SK_STORAGE, of_sockets);
STORAGE(MAP_TYPE_INODE_STORAGE, of_inodes);
STORAGE(MAP_TYPE_TASK_STORAGE, of_tasks);
STORAGE(MAP_TYPE_CGRP_STORAGE, of_cgroups);

u64 counter = 5;
struct place here = {.cpu = 1, .node = -1};
const volatile u32 constant = 3;

// So that somebody refers to the variables.
SEC("?tracepoint/syscalls/sys_enter_getpgid")
int uses(void *context) {
    return __sync_fetch_and_add(&counter, constant) + here.cpu;
}
