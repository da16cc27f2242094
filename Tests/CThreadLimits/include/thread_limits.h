// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <stdint.h>

// Limits that the calling thread lays on itself, and on no other: capabilities and filters are each thread's own for the kernel. They cannot
// be taken back, so tests do it in threads that end afterwards. Answers are 0, or a negative errno.

// Keeps only these capabilities in effect, one bit each.
int thread_keep_capabilities(uint64_t capabilities);

// Lets a system call fail with EPERM from now on.
int thread_forbid_call(int number);

// The numbers of the calls that tests forbid.
int number_of_bpf(void);
int number_of_perf_event_open(void);
