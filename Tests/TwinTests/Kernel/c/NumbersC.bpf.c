// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include <ebpf/kernel.h>

LICENSE("Dual MIT/GPL");

// Adds up as many values as user space says, with the kernel's own iterator.

struct bpf_iter_num {
    u64 __opaque[1];
};

extern int bpf_iter_num_new(struct bpf_iter_num *it, int start, int end) __ksym;
extern int *bpf_iter_num_next(struct bpf_iter_num *it) __ksym;
extern void bpf_iter_num_destroy(struct bpf_iter_num *it) __ksym;

struct {
    NUMBER(type, MAP_TYPE_ARRAY);
    NUMBER(max_entries, 256);
    TYPE(key, u32);
    TYPE(value, u64);
} values SEC(".maps");

u32 count = 0;
u64 sum = 0;

SEC("tc")
int add_up(void *context) {
    u64 total = 0;
    struct bpf_iter_num numbers;
    bpf_iter_num_new(&numbers, 0, count & 0xFFFF);
    int *number;
    while ((number = bpf_iter_num_next(&numbers))) {
        u32 key = *number;
        u64 *value = bpf_map_lookup_elem(&values, &key);
        if (!value)
            break;
        total += *value;
    }
    bpf_iter_num_destroy(&numbers);
    sum = total;
    return 0;
}
