// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include <ebpf/kernel.h>

LICENSE("Dual MIT/GPL");

extern u32 LINUX_KERNEL_VERSION __kconfig;
extern bool LINUX_HAS_BPF_COOKIE __kconfig;
extern bool LINUX_HAS_SYSCALL_WRAPPER __kconfig;
extern u16 CONFIG_HZ __kconfig;
extern bool CONFIG_BPF_SYSCALL __kconfig __weak;
extern enum libbpf_tristate CONFIG_BPF __kconfig;
extern char CONFIG_LOCALVERSION[64] __kconfig __weak;
extern u64 CONFIG_THAT_NO_KERNEL_HAS __kconfig __weak;

const volatile u32 target_thread = 0;
u32 version = 1;
u32 hertz = 1;
u32 has_cookie = 7;
u32 has_wrapper = 7;
u32 has_bpf = 7;
u32 bpf_is = 7;
u64 missing = 7;
char local_version[8] = "before";

SEC("tp/syscalls/sys_enter_getpgid")
int tells(struct trace_event_raw_sys_enter *context) {
    if ((u32)bpf_get_current_pid_tgid() != target_thread)
        return 0;
    version = LINUX_KERNEL_VERSION;
    hertz = CONFIG_HZ;
    has_cookie = LINUX_HAS_BPF_COOKIE;
    has_wrapper = LINUX_HAS_SYSCALL_WRAPPER;
    has_bpf = CONFIG_BPF_SYSCALL;
    bpf_is = CONFIG_BPF;
    missing = CONFIG_THAT_NO_KERNEL_HAS;
    for (int i = 0; i < 8; i++)
        local_version[i] = CONFIG_LOCALVERSION[i];
    return 0;
}
