// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include <ebpf/kernel.h>

LICENSE("Dual MIT/GPL");

// Run without an event, `holds` sends a record while another, behind it, stays reserved until user space sets `released`, though no
// longer than it is told, and is sent then.

EVENTS(records, 4096);

volatile u64 released = 0;

struct hold {
    // How long, in nanoseconds.
    u64 time;
    u64 end;
};

static long passes_time(u32 index, struct hold *hold) { return released || bpf_ktime_get_ns() >= hold->end; }

SEC("syscall")
int holds(struct hold *given) {
    struct hold hold = {.time = given->time, .end = bpf_ktime_get_ns() + given->time};
    u64 *first = bpf_ringbuf_reserve(&records, 8, 0);
    if (!first)
        return 1;
    u64 *second = bpf_ringbuf_reserve(&records, 8, 0);
    if (!second) {
        bpf_ringbuf_discard(first, 0);
        return 1;
    }
    *first = 1;
    *second = 2;
    bpf_ringbuf_submit(first, 0);
    bpf_loop(1 << 23, passes_time, &hold, 0);
    bpf_ringbuf_submit(second, 0);
    return 0;
}
