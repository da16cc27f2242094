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
