// SPDX-License-Identifier: GPL-2.0-only OR MIT
#pragma once
#include <ebpf_types.h>

// An address of an arena and so many bytes further, as a pointer of whoever runs: what is kept are user space's addresses, and programs have the memory
// elsewhere. The cast is one instruction, from which the verifier knows that the memory may be read and written
// (`Documentation/bpf/standardization/instruction-set.rst`). Linux 6.9.
EBPF_INLINE void *ebpf_arena_place(u64 address, s64 offset) {
#ifdef EBPF_TARGET
    return (void *)((char __attribute__((address_space(1))) *)address + offset);
#else
    return (char *)address + offset;
#endif
}
