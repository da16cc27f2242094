// SPDX-License-Identifier: GPL-2.0-only OR MIT
#pragma once
#include <ebpf_types.h>

// The same pointer, of which the optimizer does not know how it came about.
EBPF_INLINE void *ebpf_opaque_pointer(void *pointer) {
#ifdef EBPF_TARGET
    __asm__ volatile("" : "+r"(pointer));
#endif
    return pointer;
}

// The same number, which the optimizer does not know: a loop that it ends stands once in the program.
EBPF_INLINE u32 ebpf_opaque_number(u32 number) {
#ifdef EBPF_TARGET
    __asm__ volatile("" : "+r"(number));
#endif
    return number;
}
