// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include <ebpf/kernel.h>

LICENSE("Dual MIT/GPL");

// Memory that programs and user space share, and variables that lie in it.
#define IN_ARENA __attribute__((address_space(1)))

struct {
    NUMBER(type, MAP_TYPE_ARENA);
    NUMBER(map_flags, MAP_MMAPABLE);
    NUMBER(max_entries, 4);
} memory SEC(".maps");

u64 IN_ARENA shared_sum SEC(".addr_space.1") = 40;
u64 IN_ARENA shared_calls SEC(".addr_space.1") = 0;

SEC("?syscall") int adds(u64 *number) {
    shared_sum += *number;
    shared_calls++;
    return 0;
}
