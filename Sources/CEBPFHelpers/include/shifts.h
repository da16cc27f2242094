// SPDX-License-Identifier: GPL-2.0-only OR MIT
#pragma once
#include <ebpf_types.h>

// Shifts by less than the number of bits, which nothing checks: for counts that the loader writes.
EBPF_INLINE u64 ebpf_shift_left(u64 value, u64 count) { return value << count; }
EBPF_INLINE u64 ebpf_shift_right(u64 value, u64 count) { return value >> count; }
EBPF_INLINE s64 ebpf_shift_right_signed(s64 value, u64 count) { return value >> count; }
