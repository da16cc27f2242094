// SPDX-License-Identifier: GPL-2.0-only OR MIT
#pragma once
#include <ebpf/helpers.h>

// Writes a line to the kernel's trace, with at most three values: log("asked by %d", process). For trying things out: all programs share it.
#define log(format, ...)                                                                                               \
    ({                                                                                                                 \
        static const char log_format[] = format;                                                                       \
        bpf_trace_printk(log_format, sizeof(log_format), ##__VA_ARGS__);                                               \
    })
