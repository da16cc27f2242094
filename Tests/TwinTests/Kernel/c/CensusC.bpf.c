// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include <ebpf/kernel.h>

LICENSE("Dual MIT/GPL");

// Goes through a map, and takes out what is old.

struct {
    NUMBER(type, MAP_TYPE_HASH);
    NUMBER(max_entries, 64);
    TYPE(key, u32);
    TYPE(value, u64);
} ages SEC(".maps");

u64 oldest = 0;
u64 counted = 0;
u64 sum = 0;
u64 removed = 0;

struct state {
    u64 oldest;
    u64 counted;
    u64 sum;
    u64 removed;
};

static long count(void *map, u32 *key, u64 *age, void *context) {
    struct state *state = context;
    if (*age > state->oldest) {
        bpf_map_delete_elem(map, key);
        state->removed += 1;
        return 0;
    }
    state->counted += 1;
    state->sum += *age;
    return 0;
}

SEC("tc")
int take_census(void *context) {
    struct state state = {.oldest = oldest};
    bpf_for_each_map_elem(&ages, count, &state, 0);
    counted = state.counted;
    sum = state.sum;
    removed = state.removed;
    return 0;
}
