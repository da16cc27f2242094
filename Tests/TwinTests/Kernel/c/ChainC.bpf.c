// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include <ebpf/kernel.h>

LICENSE("Dual MIT/GPL");

// A chain of programs, each of which goes on with the next one: by what a packet is, and as often as its time to live says.

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
enum { ETH_P_IP = 0x0800, ETH_P_ARP = 0x0806, ETH_P_IPV6 = 0x86DD };

#define htons(number) __builtin_bswap16(number)

int take_ipv4(struct xdp_md *context);
int turn(struct xdp_md *context);

struct {
    NUMBER(type, MAP_TYPE_PROG_ARRAY);
    NUMBER(max_entries, 4);
    NUMBER(key_size, 4);
    VALUES(int(struct xdp_md *));
} steps SEC(".maps") = {.values = {[0] = &take_ipv4, [3] = &turn}};

u64 entered = 0;
u32 left = 0;
u64 missed = 0;

SEC("xdp")
int begin_chain(struct xdp_md *context) {
    struct ethhdr *ethernet = (void *)(long)context->data;
    if ((void *)(ethernet + 1) > (void *)(long)context->data_end)
        return XDP_PASS;
    __atomic_fetch_add(&entered, 1, __ATOMIC_RELAXED);
    u32 next;
    switch (ethernet->h_proto) {
    case htons(ETH_P_IP): next = 0; break;
    case htons(ETH_P_IPV6): next = 1; break;
    case htons(ETH_P_ARP): next = 2; break;
    default: next = 7;
    }
    bpf_tail_call(context, &steps, next);
    __atomic_fetch_add(&missed, 1, __ATOMIC_RELAXED);
    return XDP_PASS;
}

SEC("xdp")
int take_ipv4(struct xdp_md *context) {
    void *end = (void *)(long)context->data_end;
    struct iphdr *header = (void *)(long)context->data + sizeof(struct ethhdr);
    if ((void *)(header + 1) > end || header->ihl < 5 || (void *)header + header->ihl * 4 > end)
        return XDP_PASS;
    left = header->ttl;
    bpf_tail_call(context, &steps, 3);
    return XDP_PASS;
}

SEC("xdp")
int turn(struct xdp_md *context) {
    if (left == 0)
        return XDP_TX;
    left--;
    bpf_tail_call(context, &steps, 3);
    return XDP_DROP;
}
