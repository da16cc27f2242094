// SPDX-License-Identifier: GPL-2.0-only OR MIT
#pragma once

// The integers of the kernel, under its own names.
typedef unsigned char u8;
typedef unsigned short u16;
typedef unsigned int u32;
typedef unsigned long long u64;
typedef signed char s8;
typedef short s16;
typedef int s32;
typedef long long s64;
typedef u16 __be16;
typedef u32 __be32;
typedef u64 __be64;
typedef u32 __wsum;

#define EBPF_INLINE __attribute__((always_inline)) static inline
#define EBPF_NAMED(swift) __attribute__((always_inline, swift_name(swift))) static inline

// The kernel half compiles natively too, for its pure functions and its types; there is no kernel to call there.
#ifdef EBPF_TARGET
#define EBPF_IN_KERNEL(statement) statement
#else
#define EBPF_IN_KERNEL(statement) __builtin_trap()
#endif
