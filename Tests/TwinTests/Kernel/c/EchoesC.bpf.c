// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include <ebpf/kernel.h>

LICENSE("Dual MIT/GPL");

// Makes an answer of what asks for an echo, in the packet itself.

struct __sk_buff {
    u32 len;
    u32 pkt_type;
    u32 mark;
    u32 between[16];
    u32 data;
    u32 data_end;
};

struct address {
    u16 parts[3];
};

struct ethhdr {
    struct address h_dest;
    struct address h_source;
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

struct icmphdr {
    u8 type;
    u8 code;
    u16 checksum;
    u32 rest;
};

enum { TC_ACT_UNSPEC = -1, TC_ACT_OK = 0, ETH_P_IP = 0x0800, ICMP = 1, ECHO_REPLY = 0, ECHO = 8 };

#define htons(number) __builtin_bswap16(number)

u64 answered = 0;

SEC("tc")
int answer_echo(struct __sk_buff *context) {
    void *at = (void *)(long)context->data, *end = (void *)(long)context->data_end;
    struct ethhdr *ethernet = at;
    if ((void *)(ethernet + 1) > end || ethernet->h_proto != htons(ETH_P_IP))
        return TC_ACT_UNSPEC;
    struct iphdr *header = (void *)(ethernet + 1);
    if ((void *)(header + 1) > end || header->ihl < 5)
        return TC_ACT_UNSPEC;
    struct icmphdr *echo = (void *)header + header->ihl * 4;
    if (header->protocol != ICMP || header->frag_off & htons(0x1FFF) || (void *)(echo + 1) > end || echo->type != ECHO)
        return TC_ACT_UNSPEC;
    struct address asker = ethernet->h_source;
    ethernet->h_source = ethernet->h_dest;
    ethernet->h_dest = asker;
    __be32 address = header->saddr;
    header->saddr = header->daddr;
    header->daddr = address;
    echo->type = ECHO_REPLY;
    // The checksum is the complement of a sum to which the type has added 0x0800.
    u32 sum = htons(echo->checksum) + 0x0800;
    echo->checksum = htons(sum + (sum >> 16));
    context->mark = 8;
    __atomic_fetch_add(&answered, 1, __ATOMIC_RELAXED);
    return TC_ACT_OK;
}
