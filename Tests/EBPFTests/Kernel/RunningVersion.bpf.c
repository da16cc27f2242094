// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include <ebpf/kernel.h>

LICENSE("Dual MIT/GPL");

// No option of the build: who loads this needs no file with the kernel's configuration.
extern u32 LINUX_KERNEL_VERSION __kconfig;
extern bool LINUX_HAS_BPF_COOKIE __kconfig;
extern bool LINUX_HAS_SYSCALL_WRAPPER __kconfig;
extern u32 LINUX_HAS_WHAT_IS_YET_TO_COME __kconfig __weak;

const volatile u32 target_thread = 0;
u32 version = 1;
u32 has_cookie = 7;
u32 has_wrapper = 7;
u32 has_more = 7;

SEC("tp/syscalls/sys_enter_getpgid")
int tells(struct trace_event_raw_sys_enter *context) {
    if ((u32)bpf_get_current_pid_tgid() != target_thread)
        return 0;
    version = LINUX_KERNEL_VERSION;
    has_cookie = LINUX_HAS_BPF_COOKIE;
    has_wrapper = LINUX_HAS_SYSCALL_WRAPPER;
    has_more = LINUX_HAS_WHAT_IS_YET_TO_COME;
    // The verifier leaves this out where the kernel lacks the helper.
    if (LINUX_HAS_BPF_COOKIE && bpf_get_attach_cookie(context) != 0)
        has_cookie = 2;
    return 0;
}
