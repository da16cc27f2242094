// SPDX-License-Identifier: GPL-2.0-only OR MIT
#pragma once
#include <ebpf_types.h>

// bpf_trace_printk (helper 6) takes up to three values; the compiler holds their number to that of the conversions.
EBPF_INLINE long ebpf_log0(const char *format, u32 size) { EBPF_IN_KERNEL(return ((long (*)(const char *, u32))6)(format, size)); }
EBPF_INLINE long ebpf_log1(const char *format, u32 size, u64 a) {
    EBPF_IN_KERNEL(return ((long (*)(const char *, u32, u64))6)(format, size, a));
}
EBPF_INLINE long ebpf_log2(const char *format, u32 size, u64 a, u64 b) {
    EBPF_IN_KERNEL(return ((long (*)(const char *, u32, u64, u64))6)(format, size, a, b));
}
EBPF_INLINE long ebpf_log3(const char *format, u32 size, u64 a, u64 b, u64 c) {
    EBPF_IN_KERNEL(return ((long (*)(const char *, u32, u64, u64, u64))6)(format, size, a, b, c));
}
