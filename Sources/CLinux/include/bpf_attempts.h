// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <stdint.h>

// The arguments of bpf(2) with which features are tried out, laid out as in bpf_attributes.h.

// BPF_MAP_LOOKUP_BATCH.
struct bpf_batch_attempt_attributes {
    uint64_t in_batch, out_batch, keys, values;
    uint32_t count, map_fd;
    uint64_t elem_flags, flags;
};

// BPF_PROG_STREAM_READ_BY_FD.
struct bpf_stream_attempt_attributes {
    uint64_t stream_buf;
    uint32_t stream_buf_len, stream_id, prog_fd, reserved;
};

// Commands that take a few numbers: BPF_ENABLE_STATS its type; BPF_PROG_BIND_MAP program, map and flags; BPF_TOKEN_CREATE flags and a directory.
struct bpf_numbers_attempt_attributes {
    uint32_t first, second, third, reserved;
};
