// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include <ebpf/kernel.h>

LICENSE("Dual MIT/GPL");

// Which device a packet leaves by: the last byte of its destination says it, or how it came in.

struct xdp_md {
    u32 data;
    u32 data_end;
};

struct ethhdr {
    u8 h_dest[6];
    u8 h_source[6];
    __be16 h_proto;
};

struct iphdr {
    u8 ihl : 4, version : 4;
    u8 tos;
    __be16 tot_len;
    __be16 id;
    __be16 frag_off;
    u8 ttl;
    u8 protocol;
    u16 check;
    __be32 saddr;
    __be32 daddr;
};

enum { XDP_DROP = 1, XDP_PASS = 2, XDP_TX = 3 };

#define ntohl(number) __builtin_bswap32(number)

struct {
    NUMBER(type, MAP_TYPE_DEVMAP);
    NUMBER(max_entries, 8);
    NUMBER(key_size, 4);
    NUMBER(value_size, 4);
} devices SEC(".maps");

struct {
    NUMBER(type, MAP_TYPE_DEVMAP_HASH);
    NUMBER(max_entries, 8);
    NUMBER(key_size, 4);
    NUMBER(value_size, 4);
} many_devices SEC(".maps");

struct mac {
    u16 first;
    u16 second;
    u16 third;
};

struct {
    NUMBER(type, MAP_TYPE_BLOOM_FILTER);
    NUMBER(max_entries, 64);
    TYPE(value, struct mac);
} known SEC(".maps");

u64 strangers = 0;

SEC("xdp")
int choose_output(struct xdp_md *context) {
    void *end = (void *)(long)context->data_end;
    struct ethhdr *ethernet = (void *)(long)context->data;
    if ((void *)(ethernet + 1) > end)
        return XDP_DROP;
    struct mac source = *(struct mac *)ethernet->h_source;
    if (bpf_map_peek_elem(&known, &source)) {
        bpf_map_push_elem(&known, &source, BPF_ANY);
        __atomic_fetch_add(&strangers, 1, __ATOMIC_RELAXED);
    }
    if (ethernet->h_dest[0] & 1)
        return XDP_PASS;
    struct iphdr *header = (void *)(ethernet + 1);
    if ((void *)(header + 1) > end || header->ihl < 5 || (void *)header + header->ihl * 4 > end)
        return bpf_redirect_map(&devices, 7, XDP_DROP);
    u32 host = ntohl(header->daddr);
    if (!(host & 1))
        return bpf_redirect_map(&devices, host & 15, XDP_PASS);
    return bpf_redirect_map(&many_devices, host, XDP_TX);
}
