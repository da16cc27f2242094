// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include <ebpf/kernel.h>

LICENSE("Dual MIT/GPL");

// The maps as objects have them that were compiled against libbpf's usdt.bpf.h up to 1.6, read as plainly as can be: the second argument of trial:called,
// which is in a register.
struct __bpf_usdt_arg_spec {
    u64 val_off;
    u32 arg_type;
    s16 reg_off;
    bool arg_signed;
    s8 arg_bitshift;
};
struct __bpf_usdt_spec {
    struct __bpf_usdt_arg_spec args[12];
    u64 usdt_cookie;
    s16 arg_cnt;
};
struct {
    NUMBER(type, MAP_TYPE_ARRAY);
    NUMBER(max_entries, 16);
    TYPE(key, int);
    TYPE(value, struct __bpf_usdt_spec);
} __bpf_usdt_specs SEC(".maps") __weak;
struct {
    NUMBER(type, MAP_TYPE_HASH);
    NUMBER(max_entries, 16);
    TYPE(key, long);
    TYPE(value, u32);
} __bpf_usdt_ip_to_spec_id SEC(".maps") __weak;
extern const bool LINUX_HAS_BPF_COOKIE __kconfig;

const volatile u32 target_thread = 0;
u64 seen = 0;
u64 cookie = 0;
s64 count = 0;
s64 second = 0;

SEC("?usdt//proc/self/exe:trial:called") int hook_usdt_old(void *context) {
    struct __bpf_usdt_spec *spec;
    if ((u32)bpf_get_current_pid_tgid() != target_thread)
        return 0;
    __atomic_fetch_add(&seen, 1, __ATOMIC_RELAXED);
    int id = LINUX_HAS_BPF_COOKIE ? (int)bpf_get_attach_cookie(context) : 0;
    spec = bpf_map_lookup_elem(&__bpf_usdt_specs, &id);
    if (!spec)
        return 0;
    count = spec->arg_cnt;
    cookie = spec->usdt_cookie;
    if (spec->args[1].arg_type == 1)
        bpf_probe_read_kernel(&second, sizeof second, context + spec->args[1].reg_off);
    return 0;
}
SEC("?usdt//proc/self/exe:trial:twice") int hook_usdt_old_twice(void *context) { return 0; }
