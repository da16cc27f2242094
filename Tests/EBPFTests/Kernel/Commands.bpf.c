// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include <ebpf/kernel.h>

LICENSE("Dual MIT/GPL");

// Run without an event, `take` reads what user space has written to a ring of commands.

struct {
    NUMBER(type, MAP_TYPE_USER_RINGBUF);
    NUMBER(max_entries, 4096);
} commands SEC(".maps");

u64 taken = 0;
u64 sum = 0;
u64 last = 0;

static long command(void *pointer, void *context) {
    u64 value = 0;
    if (bpf_dynptr_read(&value, sizeof(value), pointer, 0, 0))
        return 1;
    taken++;
    sum += value;
    last = value;
    return 0;
}

SEC("syscall")
int take(void *context) {
    bpf_user_ringbuf_drain(&commands, command, 0, 0);
    return 0;
}
