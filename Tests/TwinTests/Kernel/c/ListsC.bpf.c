// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include <ebpf/kernel.h>

LICENSE("Dual MIT/GPL");

// Writes a list into memory that user space shares, and adds up what lies in it then.
#define IN_ARENA __attribute__((address_space(1)))

struct node {
    u64 value;
    struct node IN_ARENA *next;
};

struct list {
    u64 factor;
    u64 first;
    u64 sum;
};

struct {
    NUMBER(type, MAP_TYPE_ARENA);
    NUMBER(map_flags, MAP_MMAPABLE);
    NUMBER(max_entries, 4);
} heap SEC(".maps");

void IN_ARENA *bpf_arena_alloc_pages(void *p__map, void IN_ARENA *addr__ign, u32 page_cnt, int node_id, u64 flags) __ksym;
void bpf_arena_free_pages(void *p__map, void IN_ARENA *ptr__ign, u32 page_cnt) __ksym;

SEC("syscall")
int write_list(struct list *list) {
    struct node IN_ARENA *nodes = bpf_arena_alloc_pages(&heap, 0, 1, -1, 0);
    if (!nodes)
        return -12;
    struct node IN_ARENA *last = 0;
    for (u64 index = 0; index < 100; index++) {
        struct node IN_ARENA *node = &nodes[index];
        node->value = index * list->factor;
        node->next = last;
        last = node;
    }
    list->first = (u64)last;
    return 0;
}

SEC("syscall")
int sum_list(struct list *list) {
    // Without its map in the program, the verifier knows of no arena.
    asm volatile("" ::"r"(&heap));
    u64 sum = 0;
    struct node IN_ARENA *node = (struct node IN_ARENA *)list->first;
    for (u32 count = 0; count < 200 && node; count++) {
        sum += node->value;
        node = node->next;
    }
    list->sum = sum;
    return 0;
}

SEC("syscall")
int free_list(struct list *list) {
    // The list begins at the end of its page.
    bpf_arena_free_pages(&heap, (void IN_ARENA *)(list->first & ~4095ULL), 1);
    return 0;
}
