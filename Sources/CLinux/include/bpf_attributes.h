// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <stdint.h>

// The arguments of bpf(2), one structure a command, laid out as `union bpf_attr` of include/uapi/linux/bpf.h says. The
// headers of the system that we are built on may be older than the kernel that we run on, so the layout is ours. Addresses
// travel as 64-bit integers. The kernel accepts a shorter structure than its own, and a longer one whose rest is zero.

struct bpf_map_create_attributes {
    uint32_t map_type, key_size, value_size, max_entries, map_flags, inner_map_fd, numa_node;
    char map_name[16];
    uint32_t map_ifindex, btf_fd, btf_key_type_id, btf_value_type_id, btf_vmlinux_value_type_id;
    uint64_t map_extra;
};

struct bpf_map_element_attributes {
    uint32_t map_fd, reserved;
    uint64_t key, value, flags;
};

struct bpf_program_load_attributes {
    uint32_t prog_type, insn_cnt;
    uint64_t insns, license;
    uint32_t log_level, log_size;
    uint64_t log_buf;
    uint32_t kern_version, prog_flags;
    char prog_name[16];
    uint32_t prog_ifindex, expected_attach_type, prog_btf_fd, func_info_rec_size;
    uint64_t func_info;
    uint32_t func_info_cnt, line_info_rec_size;
    uint64_t line_info;
    uint32_t line_info_cnt, attach_btf_id;
};

struct bpf_btf_load_attributes {
    uint64_t btf, btf_log_buf;
    uint32_t btf_size, btf_log_size, btf_log_level, reserved;
};

struct bpf_link_create_attributes {
    uint32_t prog_fd, target_fd, attach_type, flags;
    uint64_t bpf_cookie;
};

struct bpf_object_info_attributes {
    uint32_t bpf_fd, info_len;
    uint64_t info;
};

// What perf_event_open(2) takes (struct perf_event_attr), up to the fields of PERF_ATTR_SIZE_VER0, which every kernel
// knows; the kernel treats what is missing as zero.
struct perf_event_attributes {
    uint32_t type, size;
    uint64_t config, sample_period, sample_type, read_format, flags;
    uint32_t wakeup_events, bp_type;
    uint64_t bp_addr;
};
