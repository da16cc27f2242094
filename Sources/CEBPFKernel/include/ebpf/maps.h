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

// enum bpf_map_type of include/uapi/linux/bpf.h.
#define MAP_TYPE_HASH 1
#define MAP_TYPE_ARRAY 2
#define MAP_TYPE_PERF_EVENT_ARRAY 4
#define MAP_TYPE_PERCPU_HASH 5
#define MAP_TYPE_PERCPU_ARRAY 6
#define MAP_TYPE_RINGBUF 27

// Flags of bpf_map_update_elem.
#define BPF_ANY 0
#define BPF_NOEXIST 1
#define BPF_EXIST 2
