// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include <ebpf/kernel.h>

LICENSE("Dual MIT/GPL");

// getsid() of the target process leaves its stacks in a map, each in the forms that the kernel gives them in.
const volatile u32 target_process = 0;

#define DEPTH 64

// include/uapi/linux/bpf.h
#define BPF_F_USER_STACK (1 << 8)
#define BPF_F_USER_BUILD_ID (1 << 11)

struct build_id_entry {
    s32 status;
    u8 build_id[20];
    u64 offset;
};

struct stacks {
    // Sizes in bytes, or negative errnos.
    s32 kernel_size, user_size, identities_size;
    // The key in the map of stacks.
    s32 stack_id;
    u64 kernel[DEPTH];
    u64 user[DEPTH];
    struct build_id_entry identities[DEPTH];
};

struct {
    NUMBER(type, MAP_TYPE_ARRAY);
    NUMBER(max_entries, 1);
    TYPE(key, u32);
    TYPE(value, struct stacks);
} taken SEC(".maps");

struct {
    NUMBER(type, MAP_TYPE_STACK_TRACE);
    NUMBER(max_entries, 64);
    NUMBER(key_size, 4);
    NUMBER(value_size, DEPTH * 8);
} traces SEC(".maps");

// The same by build ids: BPF_F_STACK_BUILD_ID.
struct {
    NUMBER(type, MAP_TYPE_STACK_TRACE);
    NUMBER(max_entries, 64);
    NUMBER(key_size, 4);
    NUMBER(value_size, DEPTH * sizeof(struct build_id_entry));
    NUMBER(map_flags, 1 << 5);
} identified SEC(".maps");

SEC("tracepoint/syscalls/sys_enter_getsid")
int takes_stacks(void *context) {
    u32 zero = 0;
    struct stacks *stacks = bpf_map_lookup_elem(&taken, &zero);
    if (!stacks || bpf_get_current_pid_tgid() >> 32 != target_process)
        return 0;
    stacks->kernel_size = bpf_get_stack(context, stacks->kernel, sizeof stacks->kernel, 0);
    stacks->user_size = bpf_get_stack(context, stacks->user, sizeof stacks->user, BPF_F_USER_STACK);
    stacks->identities_size = bpf_get_stack(context, stacks->identities, sizeof stacks->identities, BPF_F_USER_STACK | BPF_F_USER_BUILD_ID);
    stacks->stack_id = bpf_get_stackid(context, &traces, BPF_F_USER_STACK);
    bpf_get_stackid(context, &identified, BPF_F_USER_STACK);
    return 0;
}
