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

// Integers in network byte order, and a checksum.
typedef u16 __be16;
typedef u32 __be32;
typedef u64 __be64;
typedef u32 __wsum;

#define NULL ((void *)0)
#ifndef __cplusplus
#ifndef bool
#define bool _Bool
#define true 1
#define false 0
#endif
#endif

// The length of a command's name with its NUL (TASK_COMM_LEN), and of a path (PATH_MAX).
#define TASK_COMM_LEN 16
#define PATH_MAX 4096
