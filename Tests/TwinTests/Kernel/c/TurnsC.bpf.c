// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include <ebpf/kernel.h>

LICENSE("Dual MIT/GPL");

// Who comes first: read-modify-write in one step.

const volatile u32 target = 0;

u64 ticket = 1;
u64 owner = 0;
u64 seen = 0;
u32 remaining = 0xFFFFFFFF;
u64 latest = 0;
u64 losers = 0;

SEC("tracepoint/syscalls/sys_enter_getsid")
int take_turn(struct trace_event_raw_sys_enter *context) {
    if (target && target != (u32)bpf_get_current_pid_tgid())
        return 0;
    u64 asked = context->args[0];
    u64 mine = __sync_fetch_and_add(&ticket, 2);
    if (__sync_val_compare_and_swap(&owner, 0, asked) != 0)
        __atomic_fetch_add(&losers, 1, __ATOMIC_RELAXED);
    u64 before = __sync_fetch_and_or(&seen, 1ULL << (asked & 63));
    if (before & 1ULL << (asked & 63))
        __sync_fetch_and_and(&remaining, ~(1U << (asked & 31)));
    __atomic_exchange_n(&latest, mine + asked, __ATOMIC_SEQ_CST);
    return 0;
}
