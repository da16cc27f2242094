// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include <ebpf/kernel.h>

LICENSE("Dual MIT/GPL");

// How often commands whose names begin in a certain way call getsid.

const volatile u32 target = 0;
const volatile char prefix[16] = "";
const volatile u32 length = 0;

u64 matching = 0;
u64 others = 0;

static __always_inline bool begins(const char *command) {
    for (u32 index = 0; index < 16; index++) {
        if (index >= length)
            return true;
        if (command[index] != prefix[index])
            return false;
    }
    return true;
}

SEC("tracepoint/syscalls/sys_enter_getsid")
int count_commands(struct trace_event_raw_sys_enter *context) {
    if (target && target != (u32)bpf_get_current_pid_tgid())
        return 0;
    char command[16];
    bpf_get_current_comm(command, sizeof(command));
    if (begins(command))
        __atomic_fetch_add(&matching, 1, __ATOMIC_RELAXED);
    else
        __atomic_fetch_add(&others, 1, __ATOMIC_RELAXED);
    return 0;
}
