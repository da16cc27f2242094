// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <stddef.h>
#include <stdint.h>

// Of the Swift runtime (stdlib/public/runtime/Demangle.cpp): a name as people write it, in memory that the caller frees; NULL where it is none of
// Swift's. With no output buffer, one is allocated; flags are 0.
extern char *swift_demangle(const char *name, size_t length, char *output, size_t *output_size, uint32_t flags);
