// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <stdint.h>

// Causes of opens, for tests: which call opens, who calls, and what the caller is named.

enum open_call { CALL_OPEN, CALL_OPENAT, CALL_OPENAT2 };

struct open_outcome {
    int pid, tid;
    // The descriptor, or a negative errno.
    int result;
};

// Opens `path` in a child process of that name and user, which ends afterwards.
struct open_outcome open_in_child(enum open_call call, const char *path, int flags, const char *command, unsigned int uid);

// Opens `path` in a thread of this process, whose number is not the process's.
struct open_outcome open_in_thread(const char *path);

// The number of the calling thread.
int current_thread(void);
