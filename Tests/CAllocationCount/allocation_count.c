// SPDX-License-Identifier: Apache-2.0
#include "allocation_count.h"
#include <stddef.h>

static __thread unsigned long count;

#if !__has_feature(thread_sanitizer)
// glibc's own allocator, under the name that it keeps for those who replace malloc.
extern void *__libc_malloc(size_t size);

void *malloc(size_t size) {
    count++;
    return __libc_malloc(size);
}
#endif
// The thread sanitizer has a malloc of its own: the count stays 0.

unsigned long allocation_count(void) {
    return count;
}
