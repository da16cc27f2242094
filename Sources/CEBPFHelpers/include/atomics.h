// SPDX-License-Identifier: GPL-2.0-only OR MIT
#pragma once
#include <ebpf_types.h>

// Read-modify-write in one step. Those without an answer need Linux 3.18 (add) or 5.12 (the others), those with one 5.12.
EBPF_INLINE void ebpf_add32(u32 *at, u32 value) { __atomic_fetch_add(at, value, __ATOMIC_RELAXED); }
EBPF_INLINE void ebpf_add64(u64 *at, u64 value) { __atomic_fetch_add(at, value, __ATOMIC_RELAXED); }
EBPF_INLINE u32 ebpf_fetch_add32(u32 *at, u32 value) { return __atomic_fetch_add(at, value, __ATOMIC_SEQ_CST); }
EBPF_INLINE u64 ebpf_fetch_add64(u64 *at, u64 value) { return __atomic_fetch_add(at, value, __ATOMIC_SEQ_CST); }
EBPF_INLINE u32 ebpf_fetch_or32(u32 *at, u32 value) { return __atomic_fetch_or(at, value, __ATOMIC_SEQ_CST); }
EBPF_INLINE u64 ebpf_fetch_or64(u64 *at, u64 value) { return __atomic_fetch_or(at, value, __ATOMIC_SEQ_CST); }
EBPF_INLINE u32 ebpf_fetch_and32(u32 *at, u32 value) { return __atomic_fetch_and(at, value, __ATOMIC_SEQ_CST); }
EBPF_INLINE u64 ebpf_fetch_and64(u64 *at, u64 value) { return __atomic_fetch_and(at, value, __ATOMIC_SEQ_CST); }
EBPF_INLINE u32 ebpf_exchange32(u32 *at, u32 value) { return __atomic_exchange_n(at, value, __ATOMIC_SEQ_CST); }
EBPF_INLINE u64 ebpf_exchange64(u64 *at, u64 value) { return __atomic_exchange_n(at, value, __ATOMIC_SEQ_CST); }
EBPF_INLINE u64 ebpf_compare_exchange64(u64 *at, u64 expected, u64 desired) {
    __atomic_compare_exchange_n(at, &expected, desired, 0, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST);
    return expected;
}
EBPF_INLINE u32 ebpf_compare_exchange32(u32 *at, u32 expected, u32 desired) {
    __atomic_compare_exchange_n(at, &expected, desired, 0, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST);
    return expected;
}
