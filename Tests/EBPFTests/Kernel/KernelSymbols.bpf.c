// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include <ebpf/kernel.h>

LICENSE("Dual MIT/GPL");

// What the kernel has under a name: a function, a variable with its type, an address, and things that no kernel has.
struct task_struct {
    int tgid;
} PRESERVE;

extern struct task_struct *bpf_task_from_pid(s32 pid) __ksym __weak;
extern void bpf_task_release(struct task_struct *task) __ksym __weak;
extern void bpf_no_kernel_has_this(int number) __ksym __weak;
extern void bpf_no_kernel_has_that(int number) __ksym;
extern const int bpf_prog_active __ksym;
extern const void _stext __ksym;
extern const void no_kernel_has_this_address __ksym __weak;

const volatile u32 target_thread = 0;
u64 address = 0;
u64 missing = 7;
s64 active = -1;
u32 has_function = 7;
u32 found = 0;

SEC("tp_btf/sys_enter")
int asks(u64 *context) {
    if ((u32)bpf_get_current_pid_tgid() != target_thread)
        return 0;
    address = (u64)&_stext;
    missing = (u64)&no_kernel_has_this_address;
    has_function = ksym_exists(bpf_no_kernel_has_this);
    if (ksym_exists(bpf_no_kernel_has_this))
        bpf_no_kernel_has_this(1);
    if (ksym_exists(bpf_task_from_pid)) {
        struct task_struct *task = bpf_task_from_pid(bpf_get_current_pid_tgid() >> 32);
        if (task) {
            found = task->tgid;
            bpf_task_release(task);
        }
    }
    return 0;
}

SEC("?tp_btf/sys_enter")
int reads_a_variable(u64 *context) {
    const int *value = bpf_this_cpu_ptr(&bpf_prog_active);
    if ((u32)bpf_get_current_pid_tgid() == target_thread)
        active = *value;
    return 0;
}

SEC("?tp_btf/sys_enter")
int needs_what_is_missing(u64 *context) {
    bpf_no_kernel_has_that(1);
    return 0;
}
