// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include <ebpf/kernel.h>

LICENSE("Dual MIT/GPL");

// Takes orders from user space, and writes receipts whose size depends on them.

struct order {
    u64 amount;
    u32 lines;
    u32 spare;
};

struct {
    NUMBER(type, MAP_TYPE_USER_RINGBUF);
    NUMBER(max_entries, 4096);
} orders SEC(".maps");

struct {
    NUMBER(type, MAP_TYPE_RINGBUF);
    NUMBER(max_entries, 4096);
} receipts SEC(".maps");

struct bpf_dynptr {
    u64 __opaque[2];
} __attribute__((aligned(8)));

struct state {
    u64 amount;
    u64 lines;
};

u64 amount = 0;
s64 taken = 0;

static long take(struct bpf_dynptr *record, void *context) {
    struct state *state = context;
    struct order order;
    if (bpf_dynptr_read(&order, sizeof(order), record, 0, 0))
        return 0;
    state->amount += order.amount;
    state->lines += order.lines;
    return 0;
}

SEC("tc")
int take_orders(void *context) {
    struct state state = {};
    taken = bpf_user_ringbuf_drain(&orders, take, &state, 0);
    amount = state.amount;
    if (state.lines > 64)
        return 2;
    struct bpf_dynptr room;
    if (bpf_ringbuf_reserve_dynptr(&receipts, state.lines * 8 + 8, 0, &room)) {
        bpf_ringbuf_discard_dynptr(&room, 0);
        return 2;
    }
    u64 written = state.amount;
    bpf_dynptr_write(&room, state.lines * 8, &written, sizeof(written), 0);
    bpf_ringbuf_submit_dynptr(&room, 0);
    return 0;
}
