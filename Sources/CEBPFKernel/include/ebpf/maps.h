// SPDX-License-Identifier: GPL-2.0-only OR MIT
#pragma once
#include <ebpf/section.h>
#include <ebpf/types.h>

// A map is a global variable in section .maps, whose struct's members say what it is; they are never read by the program.
//
//     struct {
//         NUMBER(type, MAP_TYPE_HASH);
//         NUMBER(max_entries, 10240);
//         TYPE(key, u32);
//         TYPE(value, struct entry);
//     } entries SEC(".maps");
#define NUMBER(name, value) int(*name)[value]
#define TYPE(name, type) typeof(type) *name

// What the values of a map of maps or of programs look like, as its last member: VALUES(struct inner); which they are from the start, an
// initialiser says: = { .values = { [1] = &first } }.
#define VALUES(type) typeof(type) *values[]

// Keeps the map under its name in a bpf file system, and takes what is there already: NUMBER(pinning, PIN_BY_NAME).
#define PIN_BY_NAME 1

// enum bpf_map_type of include/uapi/linux/bpf.h; a test compares it with the table of kinds of maps.
#define MAP_TYPE_HASH 1
#define MAP_TYPE_ARRAY 2
#define MAP_TYPE_PROG_ARRAY 3
#define MAP_TYPE_PERF_EVENT_ARRAY 4
#define MAP_TYPE_PERCPU_HASH 5
#define MAP_TYPE_PERCPU_ARRAY 6
#define MAP_TYPE_STACK_TRACE 7
#define MAP_TYPE_CGROUP_ARRAY 8
#define MAP_TYPE_LRU_HASH 9
#define MAP_TYPE_LRU_PERCPU_HASH 10
#define MAP_TYPE_LPM_TRIE 11
#define MAP_TYPE_ARRAY_OF_MAPS 12
#define MAP_TYPE_HASH_OF_MAPS 13
#define MAP_TYPE_DEVMAP 14
#define MAP_TYPE_SOCKMAP 15
#define MAP_TYPE_CPUMAP 16
#define MAP_TYPE_XSKMAP 17
#define MAP_TYPE_SOCKHASH 18
#define MAP_TYPE_CGROUP_STORAGE 19
#define MAP_TYPE_REUSEPORT_SOCKARRAY 20
#define MAP_TYPE_PERCPU_CGROUP_STORAGE 21
#define MAP_TYPE_QUEUE 22
#define MAP_TYPE_STACK 23
#define MAP_TYPE_SK_STORAGE 24
#define MAP_TYPE_DEVMAP_HASH 25
#define MAP_TYPE_STRUCT_OPS 26
#define MAP_TYPE_RINGBUF 27
#define MAP_TYPE_INODE_STORAGE 28
#define MAP_TYPE_TASK_STORAGE 29
#define MAP_TYPE_BLOOM_FILTER 30
#define MAP_TYPE_USER_RINGBUF 31
#define MAP_TYPE_CGRP_STORAGE 32
#define MAP_TYPE_ARENA 33
#define MAP_TYPE_INSN_ARRAY 34
#define MAP_TYPE_RHASH 35

// Flags of a map: NUMBER(map_flags, MAP_NO_PREALLOC).
#define MAP_NO_PREALLOC (1 << 0)
#define MAP_RDONLY_PROG (1 << 7)
#define MAP_WRONLY_PROG (1 << 8)
#define MAP_MMAPABLE (1 << 10)
#define MAP_INNER_MAP (1 << 12)
#define MAP_RB_OVERWRITE (1 << 19)

// Flags of bpf_map_update_elem.
#define BPF_ANY 0
#define BPF_NOEXIST 1
#define BPF_EXIST 2
