// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include <ebpf/kernel.h>

LICENSE("Dual MIT/GPL");

// A firewall by networks: the longest one that a packet comes from says what becomes of it.

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

struct address4 {
    __be32 storage;
};

struct address6 {
    __be32 words[4];
};

struct ipv6hdr {
    __be32 flow;
    __be16 payload_len;
    u8 nexthdr;
    u8 hop_limit;
    struct address6 saddr;
    struct address6 daddr;
};

enum { XDP_PASS = 2 };
enum { ETH_P_IP = 0x0800, ETH_P_IPV6 = 0x86DD };

#define htons(number) __builtin_bswap16(number)

struct prefix4 {
    u32 length;
    struct address4 address;
};

struct prefix6 {
    u32 length;
    struct address6 address;
};

struct rule {
    s32 action;
    u32 spare;
    u64 packets;
};

struct {
    NUMBER(type, MAP_TYPE_LPM_TRIE);
    NUMBER(max_entries, 64);
    NUMBER(map_flags, MAP_NO_PREALLOC);
    TYPE(key, struct prefix4);
    TYPE(value, struct rule);
} networks SEC(".maps");

struct {
    NUMBER(type, MAP_TYPE_LPM_TRIE);
    NUMBER(max_entries, 64);
    NUMBER(map_flags, MAP_NO_PREALLOC);
    TYPE(key, struct prefix6);
    TYPE(value, struct rule);
} networks6 SEC(".maps");

SEC("xdp")
int filter_network(struct xdp_md *context) {
    void *end = (void *)(long)context->data_end;
    struct ethhdr *ethernet = (void *)(long)context->data;
    if ((void *)(ethernet + 1) > end)
        return XDP_PASS;
    struct rule *rule;
    if (ethernet->h_proto == htons(ETH_P_IP)) {
        struct iphdr *header = (void *)(ethernet + 1);
        if ((void *)(header + 1) > end || header->ihl < 5 || (void *)header + header->ihl * 4 > end)
            return XDP_PASS;
        struct prefix4 key = {.length = 32, .address = {header->saddr}};
        rule = bpf_map_lookup_elem(&networks, &key);
    } else if (ethernet->h_proto == htons(ETH_P_IPV6)) {
        struct ipv6hdr *header = (void *)(ethernet + 1);
        if ((void *)(header + 1) > end)
            return XDP_PASS;
        struct prefix6 key = {.length = 128, .address = header->saddr};
        rule = bpf_map_lookup_elem(&networks6, &key);
    } else {
        return XDP_PASS;
    }
    if (!rule)
        return XDP_PASS;
    rule->packets++;
    return rule->action;
}
