// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include <ebpf/kernel.h>

LICENSE("Dual MIT/GPL");

// Programs of a cgroup count in the values that go with it: one for each way in which programs are attached to it, and one for all of them.

// include/uapi/linux/bpf.h: struct bpf_cgroup_storage_key
struct attachment {
    u64 cgroup_inode_id;
    u32 attach_type;
};

#define STORAGE(kind, key_type, name)                                                                                  \
    struct {                                                                                                           \
        NUMBER(type, kind);                                                                                            \
        TYPE(key, key_type);                                                                                           \
        TYPE(value, u64);                                                                                              \
    } name SEC(".maps")

STORAGE(MAP_TYPE_CGROUP_STORAGE, struct attachment, by_attachment);
STORAGE(MAP_TYPE_PERCPU_CGROUP_STORAGE, struct attachment, by_attachment_and_cpu);
STORAGE(MAP_TYPE_CGROUP_STORAGE, u64, by_cgroup);
STORAGE(MAP_TYPE_PERCPU_CGROUP_STORAGE, u64, by_cgroup_and_cpu);

#define COUNT(map) __atomic_fetch_add((u64 *)bpf_get_local_storage(&map, 0), 1, __ATOMIC_RELAXED)

SEC("cgroup_skb/egress")
int counts_packets(void *context) {
    COUNT(by_attachment);
    COUNT(by_attachment_and_cpu);
    return 1;
}

SEC("cgroup/sock_create")
int counts_sockets(void *context) {
    COUNT(by_cgroup);
    COUNT(by_cgroup_and_cpu);
    return 1;
}

SEC("cgroup/sock_release")
int counts_ends(void *context) {
    COUNT(by_cgroup);
    COUNT(by_cgroup_and_cpu);
    return 1;
}
