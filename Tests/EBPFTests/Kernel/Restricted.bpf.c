// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include <ebpf/kernel.h>

// Not a licence that lets a program call helpers that are for the GPL only: what the test expects to be refused.
LICENSE("Proprietary");

SEC("tracepoint/syscalls/sys_enter_getpgid")
int calls_what_it_may_not(struct trace_event_raw_sys_enter *context) {
    u64 value = 0;
    bpf_probe_read_kernel(&value, sizeof(value), context);
    return value == 1;
}
