// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include <ebpf/kernel.h>

LICENSE("Dual MIT/GPL");

// Adds up squares until there is enough.

u32 turns = 0;
u64 limit = 0;
u64 sum = 0;
s64 taken = 0;

struct state {
    u64 sum;
    u64 limit;
};

static long add(u32 index, void *context) {
    struct state *state = context;
    state->sum += (u64)index * index;
    return state->sum > state->limit;
}

SEC("tc")
int add_squares(void *context) {
    struct state state = {.limit = limit};
    taken = bpf_loop(turns, add, &state, 0);
    sum = state.sum;
    return 0;
}
