// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include <ebpf/kernel.h>

LICENSE("Dual MIT/GPL");

// Drops UDP to one port, through VLAN tags and the extensions of IPv6, and counts packets by what they are about.

// The kernel's own structures, as far as they are read; those of packets are the same in all kernels.
struct xdp_md {
    u32 data;
    u32 data_end;
};

struct ethhdr {
    u8 h_dest[6];
    u8 h_source[6];
    __be16 h_proto;
};

struct vlan_hdr {
    __be16 h_vlan_TCI;
    __be16 h_vlan_encapsulated_proto;
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

struct ipv6hdr {
    __be32 flow;
    __be16 payload_len;
    u8 nexthdr;
    u8 hop_limit;
    __be32 saddr[4];
    __be32 daddr[4];
};

struct ipv6_opt_hdr {
    u8 nexthdr;
    u8 hdrlen;
};

struct frag_hdr {
    u8 nexthdr;
    u8 reserved;
    __be16 frag_off;
    __be32 identification;
};

struct udphdr {
    __be16 source;
    __be16 dest;
    __be16 len;
    u16 check;
};

enum { XDP_DROP = 1, XDP_PASS = 2 };
enum { ETH_P_IP = 0x0800, ETH_P_8021Q = 0x8100, ETH_P_IPV6 = 0x86DD, ETH_P_8021AD = 0x88A8 };
enum { HOP_BY_HOP = 0, UDP = 17, ROUTING = 43, FRAGMENT = 44, AUTHENTICATION = 51, DESTINATION_OPTIONS = 60 };

#define htons(number) __builtin_bswap16(number)

const volatile u16 port = 0;

struct {
    NUMBER(type, MAP_TYPE_PERCPU_ARRAY);
    NUMBER(max_entries, 256);
    TYPE(key, u32);
    TYPE(value, u64);
} protocols SEC(".maps");

// Each turn stands once in the program, as Swift leaves it: unrolled, the program is more than twice as long.
#define COUNTED _Pragma("clang loop unroll(disable)")

// What comes behind the extensions, from the place on that `at` is moved to; -1 where the packet ends before.
static __always_inline int skip_extensions(u8 next, void **at, void *end) {
    COUNTED for (int count = 0; count < 6; count++) {
        struct ipv6_opt_hdr *part = *at;
        struct frag_hdr *fragment = *at;
        u32 size;
        if (next == FRAGMENT) {
            if ((void *)(fragment + 1) > end)
                return -1;
            *at = fragment + 1;
            if (fragment->frag_off & htons(0xFFF8))
                return FRAGMENT;
            next = fragment->nexthdr;
            continue;
        }
        if (next != HOP_BY_HOP && next != ROUTING && next != DESTINATION_OPTIONS && next != AUTHENTICATION)
            return next;
        if ((void *)(part + 1) > end)
            return -1;
        size = next == AUTHENTICATION ? (part->hdrlen + 2) * 4 : (part->hdrlen + 1) * 8;
        next = part->nexthdr;
        *at += size;
        if (*at > end)
            return -1;
    }
    return -1;
}

SEC("xdp")
int filter_packet(struct xdp_md *context) {
    void *at = (void *)(long)context->data, *end = (void *)(long)context->data_end;
    struct ethhdr *ethernet = at;
    if ((void *)(ethernet + 1) > end)
        return XDP_PASS;
    at = ethernet + 1;
    __be16 type = ethernet->h_proto;
    COUNTED for (int count = 0; count < 2; count++) {
        struct vlan_hdr *tag = at;
        if (type != htons(ETH_P_8021Q) && type != htons(ETH_P_8021AD))
            break;
        if ((void *)(tag + 1) > end)
            return XDP_PASS;
        at = tag + 1;
        type = tag->h_vlan_encapsulated_proto;
    }
    int content;
    if (type == htons(ETH_P_IP)) {
        struct iphdr *header = at;
        if ((void *)(header + 1) > end || header->ihl < 5)
            return XDP_PASS;
        at += header->ihl * 4;
        if (at > end || header->frag_off & htons(0x1FFF))
            return XDP_PASS;
        content = header->protocol;
    } else if (type == htons(ETH_P_IPV6)) {
        struct ipv6hdr *header = at;
        if ((void *)(header + 1) > end)
            return XDP_PASS;
        at = header + 1;
        content = skip_extensions(header->nexthdr, &at, end);
        if (content < 0)
            return XDP_PASS;
    } else {
        return XDP_PASS;
    }
    u32 key = content;
    u64 *count = bpf_map_lookup_elem(&protocols, &key);
    if (count)
        *count += 1;
    struct udphdr *udp = at;
    if (content != UDP || (void *)(udp + 1) > end)
        return XDP_PASS;
    return udp->dest == htons(port) ? XDP_DROP : XDP_PASS;
}
