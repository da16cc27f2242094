// SPDX-License-Identifier: GPL-2.0-only OR MIT
#pragma once
#include <ebpf_types.h>

// What the compiler for kernel halves puts something else in place of. They never are functions.
#ifdef EBPF_TARGET
#define EBPF_MARKER(declaration) extern declaration __attribute__((const))
#else
#define EBPF_MARKER(declaration) static inline declaration { __builtin_trap(); }
#endif

// The count of the records that found no room in a ring buffer or perf buffer: a variable NAME_dropped of its own.
EBPF_MARKER(u64 *ebpf_dropped_count(const void *map));
// Whether user space chose a perf buffer for a stream: a constant NAME_is_perf.
EBPF_MARKER(u8 ebpf_stream_is_perf(const void *map));
// The body of a function that the kernel has under its name, which nobody looks at.
#ifdef EBPF_TARGET
extern void *ebpf_kernel_function(void);
#else
static inline void *ebpf_kernel_function(void) { __builtin_trap(); }
#endif
// bpf_kptr_xchg (Linux 5.19), by what it exchanges; and with nothing, since the verifier takes no pointer of which it does not know whether it is null.
#ifdef EBPF_TARGET
extern void *ebpf_exchange_task(void *kept, void *task);
extern void *ebpf_exchange_cgroup(void *kept, void *cgroup);
extern void *ebpf_take_task(void *kept);
extern void *ebpf_take_cgroup(void *kept);
#else
static inline void *ebpf_exchange_task(void *kept, void *task) {
    EBPF_IN_KERNEL(return ((void * (*)(void *, void *))194)(kept, task));
}
static inline void *ebpf_exchange_cgroup(void *kept, void *cgroup) {
    EBPF_IN_KERNEL(return ((void * (*)(void *, void *))194)(kept, cgroup));
}
static inline void *ebpf_take_task(void *kept) {
    EBPF_IN_KERNEL(return ((void * (*)(void *, void *))194)(kept, 0));
}
static inline void *ebpf_take_cgroup(void *kept) {
    EBPF_IN_KERNEL(return ((void * (*)(void *, void *))194)(kept, 0));
}
#endif
// Whether the kernel has a function that the kernel half declares, by its name: 1 or 0.
EBPF_MARKER(u64 ebpf_function_exists(const char *name));
// A value of the kernel's configuration, by its name: an extern in .kconfig.
EBPF_MARKER(u64 ebpf_configuration(const char *name, u32 byte_count));
// The maps in which loaders say where the arguments of probes are (USDT): 0 for descriptions by their numbers, 1 for their numbers by addresses.
EBPF_MARKER(const void *ebpf_usdt_map(u32 which));
