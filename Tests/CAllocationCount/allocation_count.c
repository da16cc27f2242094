// SPDX-License-Identifier: Apache-2.0
#include "allocation_count.h"
#include <stddef.h>

static __thread unsigned long count;

// glibc's own allocator, under the name that it keeps for those who replace malloc.
extern void *__libc_malloc(size_t size);

void *malloc(size_t size) {
    count++;
    return __libc_malloc(size);
}

unsigned long allocation_count(void) {
    return count;
}
