// SPDX-License-Identifier: GPL-2.0-only OR MIT
#pragma once
#include <stdint.h>

// One open, as the kernel half of opensnoop sends it: this, then the path with its NUL.
struct open_event {
    // Nanoseconds of CLOCK_MONOTONIC, when the open returned.
    uint64_t time;
    uint32_t pid;
    uint32_t tid;
    uint32_t uid;
    // The descriptor, or a negative errno.
    int32_t result;
    int32_t flags;
    // What a file is created with; 0 where none is.
    uint32_t mode;
    char command[16];
};
