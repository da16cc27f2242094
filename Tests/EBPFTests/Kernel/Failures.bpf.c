// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include <ebpf/kernel.h>

LICENSE("Dual MIT/GPL");

// Programs that no kernel takes, one for each reason. All are optional: a test asks for one at a time.
struct task_struct {
    int tgidd;
    u32 parentt : 3;
    int tgid;
} PRESERVE;
struct no_such_structure {
    int field;
} PRESERVE;
enum bpf_func_id {
    BPF_FUNC_no_kernel_has = 7,
    BPF_FUNC_map_lookup_elem = 1,
};

struct {
    NUMBER(type, MAP_TYPE_HASH);
    NUMBER(max_entries, 7919);
    TYPE(key, u32);
    TYPE(value, u64);
} fail_counts SEC(".maps");

extern void bpf_no_kernel_has_that(int number) __ksym;
extern const int no_kernel_has_this_variable __ksym;
extern const void no_kernel_has_this_address __ksym;

u64 fail_seen = 0;

#define FAILING(name) SEC("?tracepoint/syscalls/sys_enter_getpgid") int name(void *context)
#define TASK ((struct task_struct *)bpf_get_current_task())
#define INFORMATION(kind) __builtin_preserve_field_info(((struct task_struct *)0)->parentt, kind)

FAILING(fail_offset) { return CORE_READ(TASK, tgidd); }
FAILING(fail_size) { return INFORMATION(1); }
FAILING(fail_signed) { return INFORMATION(3); }
FAILING(fail_left) { return INFORMATION(4); }
FAILING(fail_right) { return INFORMATION(5); }
FAILING(fail_enumerator) { return core_enum_value(enum bpf_func_id, BPF_FUNC_no_kernel_has); }
FAILING(fail_type) { return CORE_READ((struct no_such_structure *)bpf_get_current_task(), field); }

// The kinds that answer without what they ask for: zero, or the object's own.
FAILING(answers_zero) {
    return core_field_exists(TASK->tgidd) + core_type_exists(struct no_such_structure) + core_type_size(struct no_such_structure) +
           core_enum_exists(enum bpf_func_id, BPF_FUNC_no_kernel_has) + __builtin_btf_type_id(*(struct no_such_structure *)0, 1) +
           __builtin_preserve_type_info(*(struct no_such_structure *)0, 2);
}

FAILING(fail_function) {
    bpf_no_kernel_has_that(1);
    return 0;
}
FAILING(fail_variable) {
    const int *value = bpf_this_cpu_ptr(&no_kernel_has_this_variable);
    return *value;
}
FAILING(fail_address) { return (u64)&no_kernel_has_this_address; }

FAILING(fail_helper) {
    u64 (*no_helper)(void) = (void *)9999;
    return no_helper();
}
FAILING(fail_sleeping) {
    u64 value = 0;
    return bpf_copy_from_user(&value, sizeof value, context);
}
FAILING(fail_stack) {
    char bytes[8] = {};
    u32 index = bpf_get_prandom_u32() & 15;
    bytes[index] = 1;
    return ((volatile char *)bytes)[3];
}
FAILING(fail_context) { return ((volatile u64 *)context)[2000]; }
FAILING(fail_division_of_pointer) { return *(volatile u64 *)(u64)bpf_get_prandom_u32(); }
FAILING(fail_endless) {
    for (volatile u32 n = 0;; n++)
        if (n == 7 && bpf_get_prandom_u32() == 0xffffffff)
            fail_seen++;
    return 0;
}

// The commonest mistake in every common kind of program.
#define FORGETS(kind, name)                                                                                            \
    SEC("?" kind) int name(void *context) {                                                                            \
        u32 key = 1;                                                                                                   \
        u64 *value = bpf_map_lookup_elem(&fail_counts, &key);                                                          \
        return *value == 1;                                                                                            \
    }
FORGETS("tracepoint/syscalls/sys_enter_getpgid", fail_tracepoint)
FORGETS("raw_tp/sys_enter", fail_raw_tp)
FORGETS("tp_btf/sys_enter", fail_tp_btf)
FORGETS("perf_event", fail_perf_event)
FORGETS("xdp", fail_xdp)
FORGETS("tc", fail_tc)
FORGETS("socket", fail_socket)
FORGETS("cgroup_skb/ingress", fail_cgroup_skb)
FORGETS("cgroup/connect4", fail_connect4)
FORGETS("sk_msg", fail_sk_msg)
FORGETS("sk_lookup", fail_sk_lookup)
FORGETS("flow_dissector", fail_flow_dissector)
FORGETS("iter/task", fail_iter)

// Targets that no kernel has.
#define HANGS(kind, name) SEC("?" kind) int name(void *context) { return 0; }
HANGS("tp_btf/sys_enterr", fail_no_tracepoint)
HANGS("fentry/no_kernel_has_this_function", fail_no_function)
HANGS("lsm/no_kernel_has_this_hook", fail_no_hook)
HANGS("iter/no_kernel_has_this_iterator", fail_no_iterator)
HANGS("freplace/nothing_known", fail_no_program)
