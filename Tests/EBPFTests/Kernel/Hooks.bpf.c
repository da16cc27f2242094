// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include <ebpf/kernel.h>

LICENSE("Dual MIT/GPL");

// One program for each way to attach. All are optional: a trial loads the one that it is about, and the program counts the event.
// As x86-64 names the functions of system calls; a trial on another machine changes the targets.
#define SYSTEM_CALL "__x64_sys_"

const volatile u64 number = 121; // getpgid
const volatile u32 target_thread = 0;
u64 seen = 0;
u64 cookie = 0;

static __always_inline bool is_ours(void) { return (u32)bpf_get_current_pid_tgid() == target_thread; }
static __always_inline void count(void) { __atomic_fetch_add(&seen, 1, __ATOMIC_RELAXED); }

// Counts in the thread that the trial runs on.
#define IN_THREAD(section, name, result)                                                                               \
    SEC("?" section) int name(void *context) {                                                                         \
        if (is_ours())                                                                                                 \
            count();                                                                                                   \
        return result;                                                                                                 \
    }
// Counts everywhere: in namespaces, cgroups and on sockets of the trial's own.
#define EVERYWHERE(section, name, result)                                                                              \
    SEC("?" section) int name(void *context) {                                                                         \
        count();                                                                                                       \
        return result;                                                                                                 \
    }

// Counts in the thread that the trial runs on, and keeps the attachment's number.
#define WITH_COOKIE(section, name)                                                                                     \
    SEC("?" section) int name(void *context) {                                                                         \
        if (is_ours()) {                                                                                               \
            count();                                                                                                   \
            cookie = bpf_get_attach_cookie(context);                                                                   \
        }                                                                                                              \
        return 0;                                                                                                      \
    }

WITH_COOKIE("tracepoint/syscalls/sys_enter_getpgid", hook_tracepoint)
IN_THREAD("tracepoint/syscalls/sys_enter_getpgid", hook_plain_tracepoint, 0)
SEC("?raw_tp/sys_enter") int hook_raw_tp(u64 *context) {
    if (is_ours() && context[1] == number)
        count();
    return 0;
}
// For runs on a CPU: keeps its number, above the second argument.
SEC("?raw_tp/sys_enter") int hook_raw_tp_cpu(u64 *context) {
    count();
    cookie = (u64)bpf_get_smp_processor_id() << 32 | (u32)context[1];
    return 0;
}
SEC("?raw_tp.w/bpf_test_finish") int hook_raw_tp_writable(u64 *context) {
    if (is_ours()) {
        count();
        // Test runs answer with this error.
        *(int *)context[0] = -77;
    }
    return 0;
}
SEC("?tp_btf/sys_enter") int hook_tp_btf(u64 *context) {
    if (is_ours() && context[1] == number)
        count();
    return 0;
}
IN_THREAD("fentry/" SYSTEM_CALL "getpgid", hook_fentry, 0)
IN_THREAD("fexit/" SYSTEM_CALL "getpgid", hook_fexit, 0)
IN_THREAD("fmod_ret/security_task_getpgid", hook_fmod_ret, 0)
IN_THREAD("fsession/" SYSTEM_CALL "getpgid", hook_fsession, 0)
IN_THREAD("fentry.multi/" SYSTEM_CALL "getpgi?", hook_fentry_multi, 0)
IN_THREAD("fexit.multi/" SYSTEM_CALL "getpgi?", hook_fexit_multi, 0)
IN_THREAD("fsession.multi/" SYSTEM_CALL "getpgi?", hook_fsession_multi, 0)
IN_THREAD("lsm/task_getpgid", hook_lsm, 0)
IN_THREAD("lsm.s/file_open", hook_lsm_sleeping, 0)
EVERYWHERE("lsm_cgroup/socket_post_create", hook_lsm_cgroup, 1)
IN_THREAD("kprobe/" SYSTEM_CALL "getpgid", hook_kprobe, 0)
IN_THREAD("kretprobe/" SYSTEM_CALL "getpgid", hook_kretprobe, 0)
IN_THREAD("ksyscall/getpgid", hook_ksyscall, 0)
IN_THREAD("kretsyscall/getpgid", hook_kretsyscall, 0)
IN_THREAD("kprobe.multi/" SYSTEM_CALL "getpgi?", hook_kprobe_multi, 0)
IN_THREAD("kretprobe.multi/" SYSTEM_CALL "getpgi?", hook_kretprobe_multi, 0)
IN_THREAD("kprobe.session/" SYSTEM_CALL "getpgi?", hook_kprobe_session, 0)
WITH_COOKIE("kprobe.multi/" SYSTEM_CALL "getpgi?", hook_kprobe_multi_cookie)
IN_THREAD("perf_event", hook_perf_event, 0)

// A function that another program replaces.
__noinline int replaceable(int number) {
    asm volatile("" : "+r"(number));
    return number;
}
SEC("?tracepoint/syscalls/sys_enter_getpgid") int hook_replaced(void *context) { return replaceable(1); }
SEC("?freplace/replaceable") int hook_freplace(int number) {
    if (is_ours())
        count();
    return number;
}

struct bpf_iter_meta {
    void *seq;
} PRESERVE;
struct bpf_iter__task {
    struct bpf_iter_meta *meta;
    void *task;
} PRESERVE;
SEC("?iter/task") int hook_iter_task(struct bpf_iter__task *context) {
    if (context->task) {
        u32 number = 7;
        count();
        bpf_seq_write(context->meta->seq, &number, sizeof number);
    }
    return 0;
}
struct {
    NUMBER(type, MAP_TYPE_ARRAY);
    NUMBER(max_entries, 3);
    TYPE(key, u32);
    TYPE(value, u64);
} hook_elements SEC(".maps");
struct bpf_iter__bpf_map_elem {
    struct bpf_iter_meta *meta;
    void *map;
    void *key;
    void *value;
} PRESERVE;
SEC("?iter/bpf_map_elem") int hook_iter_elements(struct bpf_iter__bpf_map_elem *context) {
    if (context->key)
        count();
    return 0;
}
struct bpf_iter__cgroup {
    struct bpf_iter_meta *meta;
    void *cgroup;
} PRESERVE;
SEC("?iter/cgroup") int hook_iter_cgroup(struct bpf_iter__cgroup *context) {
    if (context->cgroup)
        count();
    return 0;
}

// What programs of other iterators are called with begins so; at the end of a walk there is no object.
struct walked {
    struct bpf_iter_meta *meta;
    void *object;
};
#define OBJECTS(kind, name)                                                                                            \
    SEC("?iter/" kind) int name(struct walked *context) {                                                              \
        if (context->object)                                                                                           \
            count();                                                                                                   \
        return 0;                                                                                                      \
    }
OBJECTS("bpf_map", hook_iter_maps)
OBJECTS("bpf_prog", hook_iter_programs)
OBJECTS("bpf_link", hook_iter_links)
OBJECTS("udp", hook_iter_udp)
OBJECTS("ksym", hook_iter_symbols)

struct sock_common {
    u8 skc_state;
} PRESERVE;
struct bpf_iter__tcp {
    struct bpf_iter_meta *meta;
    struct sock_common *sk_common;
} PRESERVE;
// Counts those that wait for connections (TCP_LISTEN).
SEC("?iter/tcp") int hook_iter_tcp(struct bpf_iter__tcp *context) {
    struct sock_common *socket = context->sk_common;
    if (socket && socket->skc_state == 10)
        count();
    return 0;
}
struct task_struct {
    s32 tgid;
} PRESERVE;
static __always_inline bool is_own(struct task_struct *task) {
    return (u32)task->tgid == bpf_get_current_pid_tgid() >> 32;
}
struct bpf_iter__task_file {
    struct bpf_iter_meta *meta;
    struct task_struct *task;
    void *file;
} PRESERVE;
// Counts what the process has that walks.
SEC("?iter/task_file") int hook_iter_files(struct bpf_iter__task_file *context) {
    struct task_struct *task = context->task;
    if (task && context->file && is_own(task))
        count();
    return 0;
}
struct bpf_iter__task_vma {
    struct bpf_iter_meta *meta;
    struct task_struct *task;
    void *vma;
} PRESERVE;
SEC("?iter/task_vma") int hook_iter_mappings(struct bpf_iter__task_vma *context) {
    struct task_struct *task = context->task;
    if (task && context->vma && is_own(task))
        count();
    return 0;
}

EVERYWHERE("xdp", hook_xdp, 2)
EVERYWHERE("tc", hook_tc, -1)
EVERYWHERE("tcx/ingress", hook_tcx_ingress, -1)
EVERYWHERE("tcx/egress", hook_tcx_egress, -1)
// Lets nothing through (TCX_DROP).
EVERYWHERE("tcx/ingress", hook_swallows, 2)
EVERYWHERE("netkit/primary", hook_netkit_primary, -1)
EVERYWHERE("netkit/peer", hook_netkit_peer, -1)
// Lets nothing through (NETKIT_DROP).
EVERYWHERE("netkit/primary", hook_netkit_swallows, 2)
EVERYWHERE("cgroup_skb/ingress", hook_cgroup_skb_ingress, 1)
EVERYWHERE("cgroup_skb/egress", hook_cgroup_skb_egress, 1)
EVERYWHERE("cgroup/sock_create", hook_cgroup_sock, 1)
EVERYWHERE("cgroup/sock_release", hook_cgroup_sock_release, 1)
EVERYWHERE("cgroup/post_bind4", hook_cgroup_post_bind4, 1)
EVERYWHERE("cgroup/post_bind6", hook_cgroup_post_bind6, 1)
// Notes when it ran.
SEC("?cgroup/sock_create") int hook_cgroup_time(void *context) {
    count();
    cookie = bpf_ktime_get_ns();
    return 1;
}
EVERYWHERE("cgroup/bind4", hook_cgroup_bind4, 1)
EVERYWHERE("cgroup/bind6", hook_cgroup_bind6, 1)
EVERYWHERE("cgroup/connect4", hook_cgroup_connect4, 1)
EVERYWHERE("cgroup/connect6", hook_cgroup_connect6, 1)
EVERYWHERE("cgroup/connect_unix", hook_cgroup_connect_unix, 1)
EVERYWHERE("cgroup/sendmsg4", hook_cgroup_sendmsg4, 1)
EVERYWHERE("cgroup/sendmsg6", hook_cgroup_sendmsg6, 1)
EVERYWHERE("cgroup/sendmsg_unix", hook_cgroup_sendmsg_unix, 1)
EVERYWHERE("cgroup/recvmsg4", hook_cgroup_recvmsg4, 1)
EVERYWHERE("cgroup/recvmsg6", hook_cgroup_recvmsg6, 1)
EVERYWHERE("cgroup/recvmsg_unix", hook_cgroup_recvmsg_unix, 1)
EVERYWHERE("cgroup/getpeername4", hook_cgroup_getpeername4, 1)
EVERYWHERE("cgroup/getpeername6", hook_cgroup_getpeername6, 1)
EVERYWHERE("cgroup/getpeername_unix", hook_cgroup_getpeername_unix, 1)
EVERYWHERE("cgroup/getsockname4", hook_cgroup_getsockname4, 1)
EVERYWHERE("cgroup/getsockname6", hook_cgroup_getsockname6, 1)
EVERYWHERE("cgroup/getsockname_unix", hook_cgroup_getsockname_unix, 1)
EVERYWHERE("cgroup/sysctl", hook_cgroup_sysctl, 1)
EVERYWHERE("cgroup/getsockopt", hook_cgroup_getsockopt, 1)
EVERYWHERE("cgroup/setsockopt", hook_cgroup_setsockopt, 1)
EVERYWHERE("cgroup/dev", hook_cgroup_dev, 1)
EVERYWHERE("sockops", hook_sockops, 1)
EVERYWHERE("sk_msg", hook_sk_msg, 1)
EVERYWHERE("sk_skb/stream_verdict", hook_sk_skb, 1)
EVERYWHERE("sk_skb/verdict", hook_sk_skb_verdict, 1)
// What has arrived is one message.
SEC("?sk_skb/stream_parser") int hook_sk_skb_parser(u32 *context) {
    count();
    return context[0];
}
EVERYWHERE("sk_reuseport", hook_sk_reuseport, 1)
// Counts connections that move from a socket that is closed: struct sk_reuseport_md names it behind seven words and another socket.
SEC("?sk_reuseport/migrate") int hook_sk_reuseport_migrate(u64 *context) {
    if (context[6])
        count();
    return 1;
}
EVERYWHERE("sk_lookup", hook_sk_lookup, 1)
EVERYWHERE("flow_dissector", hook_flow_dissector, 0)
EVERYWHERE("netfilter", hook_netfilter, 1)
EVERYWHERE("socket", hook_socket, -1)
EVERYWHERE("lwt_in", hook_lwt_in, 0)
EVERYWHERE("lwt_out", hook_lwt_out, 0)
EVERYWHERE("lwt_xmit", hook_lwt_xmit, 0)
EVERYWHERE("lwt_seg6local", hook_lwt_seg6local, 0)

struct {
    NUMBER(type, MAP_TYPE_SOCKMAP);
    NUMBER(max_entries, 2);
    TYPE(key, u32);
    TYPE(value, u32);
} hook_sockets SEC(".maps");

SEC("?syscall") int hook_syscall(u32 *context) {
    count();
    context[0] += 1;
    return 5;
}

IN_THREAD("uprobe/libc.so.6:getppid", hook_uprobe, 0)
IN_THREAD("uretprobe/libc.so.6:getppid", hook_uretprobe, 0)
IN_THREAD("uprobe.multi/libc.so.6:getppi?", hook_uprobe_multi, 0)
IN_THREAD("uretprobe.multi/libc.so.6:getppi?", hook_uretprobe_multi, 0)
IN_THREAD("uprobe.session/libc.so.6:getppi?", hook_uprobe_session, 0)
WITH_COOKIE("uprobe/libc.so.6:getppid", hook_uprobe_cookie)
WITH_COOKIE("uprobe.multi/libc.so.6:getppi?", hook_uprobe_multi_cookie)
