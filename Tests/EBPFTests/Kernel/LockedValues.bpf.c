// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include <ebpf/kernel.h>

LICENSE("Dual MIT/GPL");

// Run without an event, `writes` sets all words of two values to the next number, each value under its lock. They are longer than what a processor
// reads at once.

#define WORDS 64

struct bpf_spin_lock {
    u32 val;
};

struct value {
    struct bpf_spin_lock lock;
    u32 unused;
    u64 words[WORDS];
};

struct {
    NUMBER(type, MAP_TYPE_ARRAY);
    NUMBER(max_entries, 1);
    TYPE(key, u32);
    TYPE(value, struct value);
} in_array SEC(".maps");

struct {
    NUMBER(type, MAP_TYPE_HASH);
    NUMBER(max_entries, 1);
    TYPE(key, u32);
    TYPE(value, struct value);
} in_hash SEC(".maps");

static __attribute__((always_inline)) void write(struct value *value) {
    bpf_spin_lock(&value->lock);
    u64 next = value->words[0] + 1;
    for (int i = 0; i < WORDS; i++)
        value->words[i] = next;
    bpf_spin_unlock(&value->lock);
}

SEC("tc")
int writes(void *context) {
    u32 zero = 0;
    struct value *value = bpf_map_lookup_elem(&in_array, &zero);
    if (value)
        write(value);
    value = bpf_map_lookup_elem(&in_hash, &zero);
    if (value)
        write(value);
    return 0;
}
