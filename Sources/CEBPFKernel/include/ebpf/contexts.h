// SPDX-License-Identifier: GPL-2.0-only OR MIT
#pragma once
#include <ebpf/core.h>

// What programs receive, by the kind of hook; only the fields that programs read.

// tracepoint/syscalls/sys_enter_*
struct trace_event_raw_sys_enter {
    long id;
    unsigned long args[6];
} PRESERVE;

// tracepoint/syscalls/sys_exit_*
struct trace_event_raw_sys_exit {
    long id;
    long ret;
} PRESERVE;

// raw_tp/*: the arguments of the tracepoint. Programs of tp_btf/* take them as `u64 *`, and the verifier knows their types.
struct bpf_raw_tracepoint_args {
    u64 args[12];
};
