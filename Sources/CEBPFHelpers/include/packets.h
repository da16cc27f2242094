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
