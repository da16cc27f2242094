// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <stddef.h>

// Causes of events that Swift cannot call as they are, all on the calling thread.

// The name of the calling thread, which has at most 15 bytes and a NUL.
void read_thread_name(char name[16]);
void name_thread(const char *name);

// getpriority(2) and faccessat(2) with whatever arguments: no library looks at them first.
void ask_priority(int which, int who);
void ask_for_file(const void *path);

// Whether the children of the calling thread begin with an ordinary policy. Answers 0, or a negative errno.
int reset_policy_on_fork(int resets);

// Opens the kernel's trace for reading, from where nobody else sees it. Answers a descriptor, or a negative errno.
int open_trace(void);
