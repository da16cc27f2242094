// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include <ebpf/kernel.h>

LICENSE("Dual MIT/GPL");

// One program of each kind whose attach type the kernel judges when it is loaded; what they attach to is in every kernel that has the kind.

#define KIND(name, section, result) \
    SEC(section) int name##_program(void *context) { return result; }

KIND(socket_filter, "socket", 0)
KIND(kprobe, "kprobe/do_exit", 0)
KIND(uprobe_sleepable, "uprobe.s", 0)
KIND(tracepoint, "tracepoint/sched/sched_switch", 0)
KIND(raw_tracepoint, "raw_tp/sched_switch", 0)
KIND(typed_tracepoint, "tp_btf/sched_switch", 0)
KIND(fentry, "fentry/bpf_fentry_test1", 0)
KIND(fexit, "fexit/bpf_fentry_test1", 0)
KIND(iterator, "iter/task", 0)
KIND(lsm, "lsm/file_open", 0)
KIND(lsm_sleepable, "lsm.s/bprm_committed_creds", 0)
KIND(lsm_cgroup, "lsm_cgroup/socket_bind", 1)
KIND(xdp_device, "xdp", 2)
KIND(classifier, "tc", 0)
KIND(perf_counter, "perf_event", 0)
KIND(cgroup_ingress, "cgroup_skb/ingress", 1)
KIND(cgroup_connect, "cgroup/connect4", 1)
KIND(cgroup_unix_connect, "cgroup/connect_unix", 1)
KIND(cgroup_unix_peer, "cgroup/getpeername_unix", 1)
KIND(cgroup_peer, "cgroup/getpeername4", 1)
KIND(cgroup_sysctl, "cgroup/sysctl", 1)
KIND(cgroup_option, "cgroup/setsockopt", 1)
KIND(cgroup_device, "cgroup/dev", 1)
KIND(socket_operations, "sockops", 1)
KIND(message, "sk_msg", 1)
KIND(lookup, "sk_lookup", 1)
KIND(reuse, "sk_reuseport", 1)
KIND(migrating, "sk_reuseport/migrate", 1)
KIND(dissector, "flow_dissector", 0)
KIND(light_tunnel, "lwt_xmit", 0)
KIND(segments, "lwt_seg6local", 0)
KIND(infrared, "lirc_mode2", 0)
KIND(netfilter_hook, "netfilter", 1)
KIND(system_call, "syscall", 0)
