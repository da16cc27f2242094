// SPDX-License-Identifier: GPL-2.0-only OR MIT
#pragma once

// A value of the kernel's configuration, which the loader fills in and the verifier then knows:
//
//     extern u32 LINUX_KERNEL_VERSION __kconfig;
//     extern u64 CONFIG_HZ __kconfig;
//     extern bool CONFIG_BPF_LSM __kconfig __weak;
//
// One that is __weak is zero where the kernel has no such option; without that, the object is refused there. An option that is a number
// wants an integer, one that is y or n a bool, one that may be m the enumeration below, and a text an array of char, which is cut where it
// is too short. Beside options there are LINUX_KERNEL_VERSION (major << 16 | minor << 8 | patch), LINUX_HAS_BPF_COOKIE and
// LINUX_HAS_SYSCALL_WRAPPER. Linux 5.2.
#define __kconfig __attribute__((section(".kconfig")))
#ifndef __weak
#define __weak __attribute__((weak))
#endif

// Loaders know it by its name.
enum libbpf_tristate {
    TRI_NO = 0,
    TRI_YES = 1,
    TRI_MODULE = 2,
};
