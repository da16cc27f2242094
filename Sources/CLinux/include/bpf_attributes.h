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
    int32_t value_type_btf_obj_fd, map_token_fd;
    uint64_t excl_prog_hash;
    uint32_t excl_prog_hash_size, reserved;
};

struct bpf_map_element_attributes {
    uint32_t map_fd, reserved;
    uint64_t key, value, flags;
};

// BPF_MAP_*_BATCH: in_batch and out_batch are addresses of the kernel's own note of where it is.
struct bpf_map_batch_attributes {
    uint64_t in_batch, out_batch, keys, values;
    uint32_t count, map_fd;
    uint64_t elem_flags, flags;
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
    // attach_btf_obj_fd shares its place with attach_prog_fd.
    uint32_t line_info_cnt, attach_btf_id, attach_btf_obj_fd, core_relo_cnt;
    uint64_t fd_array, core_relos;
    // Linux 6.4 writes log_true_size: how many bytes the whole log has.
    uint32_t core_relo_rec_size, log_true_size;
    int32_t prog_token_fd;
    uint32_t fd_array_cnt;
    uint64_t signature;
    uint32_t signature_size;
    int32_t keyring_id;
};

struct bpf_btf_load_attributes {
    uint64_t btf, btf_log_buf;
    uint32_t btf_size, btf_log_size, btf_log_level, btf_log_true_size;
};

// What each kind of link adds stands behind the flags, at one place for all.
struct bpf_link_create_attributes {
    uint32_t prog_fd, target_fd, attach_type, flags;
    union bpf_link_details {
        struct bpf_link_iterator { uint64_t parameters; uint32_t parameters_len; } iterator;
        struct bpf_link_perf_event { uint64_t cookie; } perf_event;
        struct bpf_link_kprobe_multi { uint32_t flags, count; uint64_t symbols, addresses, cookies; } kprobe_multi;
        struct bpf_link_tracing { uint32_t target_btf_id; uint64_t cookie; } tracing;
        struct bpf_link_netfilter { uint32_t family, hook; int32_t priority; uint32_t flags; } netfilter;
        // tcx, netkit and, since Linux 6.17, cgroups.
        struct bpf_link_order { uint32_t relative; uint64_t revision; } order;
        struct bpf_link_uprobe_multi {
            uint64_t path, offsets, reference_counter_offsets, cookies;
            uint32_t count, flags, process, path_fd;
        } uprobe_multi;
        struct bpf_link_tracing_multi { uint64_t ids, cookies; uint32_t count; } tracing_multi;
    } details;
};

struct bpf_link_update_attributes {
    // For struct_ops the descriptors are those of maps.
    uint32_t link_fd, new_prog_fd, flags, old_prog_fd;
};

// BPF_PROG_ATTACH and BPF_PROG_DETACH.
struct bpf_program_attach_attributes {
    uint32_t target_fd, attach_bpf_fd, attach_type, attach_flags, replace_bpf_fd, relative_fd;
    uint64_t expected_revision;
};

// BPF_PROG_QUERY.
struct bpf_program_query_attributes {
    uint32_t target_fd, attach_type, query_flags, attach_flags;
    uint64_t prog_ids;
    uint32_t prog_cnt, unused;
};

struct bpf_iterator_create_attributes {
    uint32_t link_fd, flags;
};

// BPF_PROG_BIND_MAP.
struct bpf_program_map_attributes {
    uint32_t prog_fd, map_fd, flags, reserved;
};

// BPF_PROG_TEST_RUN.
struct bpf_test_run_attributes {
    uint32_t prog_fd, retval, data_size_in, data_size_out;
    uint64_t data_in, data_out;
    uint32_t repeat, duration, ctx_size_in, ctx_size_out;
    uint64_t ctx_in, ctx_out;
    uint32_t flags, cpu, batch_size, reserved;
};

// What the kernel answers about a link (struct bpf_link_info): what each kind has stands at one place for all, and its size is the kernel's.
struct bpf_link_information {
    uint32_t type, id, prog_id, reserved;
    uint64_t details[12];
};

struct bpf_raw_tracepoint_open_attributes {
    uint64_t name;
    uint32_t prog_fd, reserved;
    uint64_t cookie;
};

struct bpf_descriptor_by_id_attributes {
    uint32_t id, next_id, open_flags;
};

struct bpf_object_path_attributes {
    uint64_t pathname;
    uint32_t bpf_fd, file_flags;
    int32_t path_fd;
    uint32_t reserved;
};

struct bpf_object_info_attributes {
    uint32_t bpf_fd, info_len;
    uint64_t info;
};

// What the kernel answers about a program (struct bpf_prog_info), up to the field that we read last. Arrays that are not asked for have no addresses.
struct bpf_program_information {
    uint32_t type, id;
    uint8_t tag[8];
    uint32_t jited_prog_len, xlated_prog_len;
    uint64_t jited_prog_insns, xlated_prog_insns, load_time;
    uint32_t created_by_uid, nr_map_ids;
    uint64_t map_ids;
    char name[16];
    uint32_t ifindex, gpl_compatible;
    uint64_t netns_dev, netns_ino;
    uint32_t nr_jited_ksyms, nr_jited_func_lens;
    uint64_t jited_ksyms, jited_func_lens;
    uint32_t btf_id, func_info_rec_size;
    uint64_t func_info;
    uint32_t nr_func_info, nr_line_info;
    uint64_t line_info, jited_line_info;
    uint32_t nr_jited_line_info, line_info_rec_size, jited_line_info_rec_size, nr_prog_tags;
    uint64_t prog_tags, run_time_ns, run_cnt, recursion_misses;
    uint32_t verified_insns, attach_btf_obj_id;
};

// What it answers about types (struct bpf_btf_info).
struct bpf_types_information {
    uint64_t btf;
    uint32_t btf_size, id;
    uint64_t name;
    uint32_t name_len, kernel_btf;
};

// What it answers about a map (struct bpf_map_info), up to the field that we read last.
struct bpf_map_information {
    uint32_t type, id, key_size, value_size, max_entries, map_flags;
    char name[16];
    uint32_t ifindex, btf_vmlinux_value_type_id;
    uint64_t netns_dev, netns_ino;
    uint32_t btf_id, btf_key_type_id, btf_value_type_id, btf_vmlinux_id;
    uint64_t map_extra;
};

// What perf_event_open(2) takes (struct perf_event_attr), up to the fields of PERF_ATTR_SIZE_VER3, which kernels from 4.1 on
// know; the kernel treats what is missing as zero.
struct perf_event_attributes {
    uint32_t type, size;
    uint64_t config, sample_period, sample_type, read_format, flags;
    uint32_t wakeup_events, bp_type;
    uint64_t config1, config2;
    uint64_t branch_sample_type, sample_regs_user;
    uint32_t sample_stack_user;
    int32_t clockid;
};
