// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include <ebpf/kernel.h>

LICENSE("Dual MIT/GPL");

// An option that no kernel has, and that the object does not say it can do without.
extern bool CONFIG_NO_KERNEL_HAS_THIS __kconfig;

SEC("tracepoint/syscalls/sys_enter_getpgid") int fail_option(void *context) { return CONFIG_NO_KERNEL_HAS_THIS; }
