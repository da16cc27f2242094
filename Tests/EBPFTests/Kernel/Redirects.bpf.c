// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include <ebpf/kernel.h>

LICENSE("Dual MIT/GPL");

// Packets are sent on by maps of devices and of CPUs, in whose values there is a program: it says what it was run with.

// include/uapi/linux/bpf.h
struct xdp_md {
    u32 data;
    u32 data_end;
    u32 data_meta;
    u32 ingress_ifindex;
    u32 rx_queue_index;
    u32 egress_ifindex;
};

enum { XDP_DROP = 1, XDP_PASS = 2 };

#define REDIRECTS(kind, name)                                                                                          \
    struct {                                                                                                           \
        NUMBER(type, kind);                                                                                            \
        NUMBER(max_entries, 4);                                                                                        \
        NUMBER(key_size, 4);                                                                                           \
        NUMBER(value_size, 8);                                                                                         \
    } name SEC(".maps")

REDIRECTS(MAP_TYPE_DEVMAP, devices);
REDIRECTS(MAP_TYPE_DEVMAP_HASH, many_devices);
REDIRECTS(MAP_TYPE_CPUMAP, cpus);

u64 at_devices = 0;
u64 at_cpus = 0;
u32 egress = 0;
u32 cpu = 0;
u64 arrived = 0;

SEC("?xdp")
int to_device(struct xdp_md *context) {
    return bpf_redirect_map(&devices, 1, XDP_DROP);
}

SEC("?xdp")
int to_one_of_many(struct xdp_md *context) {
    return bpf_redirect_map(&many_devices, 77, XDP_DROP);
}

SEC("?xdp")
int to_cpu(struct xdp_md *context) {
    return bpf_redirect_map(&cpus, 0, XDP_DROP);
}

SEC("?xdp/devmap")
int runs_at_device(struct xdp_md *context) {
    egress = context->egress_ifindex;
    __atomic_fetch_add(&at_devices, 1, __ATOMIC_RELAXED);
    return XDP_PASS;
}

SEC("?xdp/cpumap")
int runs_at_cpu(struct xdp_md *context) {
    cpu = bpf_get_smp_processor_id();
    __atomic_fetch_add(&at_cpus, 1, __ATOMIC_RELAXED);
    return XDP_DROP;
}

SEC("?xdp")
int arrives(struct xdp_md *context) {
    __atomic_fetch_add(&arrived, 1, __ATOMIC_RELAXED);
    return XDP_PASS;
}
