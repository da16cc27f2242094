// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include <ebpf/kernel.h>

LICENSE("Dual MIT/GPL");

// Sends what is for one address and port to one of several backends, and all packets of a flow to the same.

struct xdp_md {
    u32 data;
    u32 data_end;
};

// Copied by halves of words: Ethernet's headers begin at even addresses.
struct mac_address {
    u16 first;
    u16 second;
    u16 third;
};

// As it lies in the packet.
struct ipv4_address {
    __be32 storage;
};

struct ethhdr {
    struct mac_address h_dest;
    struct mac_address h_source;
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
    struct ipv4_address saddr;
    struct ipv4_address daddr;
};

struct udphdr {
    __be16 source;
    __be16 dest;
    __be16 len;
    u16 check;
};

struct tcphdr {
    __be16 source;
    __be16 dest;
    __be32 seq;
    __be32 ack_seq;
    u16 flags;
    __be16 window;
    u16 check;
    __be16 urg_ptr;
};

enum { XDP_DROP = 1, XDP_PASS = 2, XDP_TX = 3, ETH_P_IP = 0x0800, TCP = 6, UDP = 17, SLOTS = 64 };

#define htons(number) __builtin_bswap16(number)
#define htonl(number) __builtin_bswap32(number)

const volatile u32 address = 0;
const volatile u16 port = 0;

// Who sends to the one address and port.
struct flow {
    struct ipv4_address source;
    u16 port;
    u8 protocol;
    u8 spare;
};

struct backend {
    struct ipv4_address address;
    struct mac_address device;
    bool is_up;
    u64 packets;
    u64 bytes;
};

// What is there for packets that nobody can take.
u64 refused = 0;

struct {
    NUMBER(type, MAP_TYPE_ARRAY);
    NUMBER(max_entries, 8);
    TYPE(key, u32);
    TYPE(value, struct backend);
} backends SEC(".maps");

// Which backend takes flows that are new, by their hash; user space fills it.
struct {
    NUMBER(type, MAP_TYPE_ARRAY);
    NUMBER(max_entries, SLOTS);
    TYPE(key, u32);
    TYPE(value, u32);
} slots SEC(".maps");

// Which one has taken a flow: it stays there when the slots are filled anew.
struct {
    NUMBER(type, MAP_TYPE_LRU_HASH);
    NUMBER(max_entries, 1024);
    TYPE(key, struct flow);
    TYPE(value, u32);
} choices SEC(".maps");

static __always_inline u32 hash(const struct flow *flow) {
    u32 mixed = (flow->source.storage ^ ((u32)flow->port << 16 | flow->protocol)) * 0x9E3779B1;
    mixed = (mixed ^ mixed >> 15) * 0x85EBCA77;
    return mixed ^ mixed >> 13;
}

static __always_inline struct backend *chosen(const struct flow *flow) {
    u32 *kept = bpf_map_lookup_elem(&choices, flow);
    if (kept) {
        struct backend *backend = bpf_map_lookup_elem(&backends, kept);
        if (backend && backend->is_up)
            return backend;
    }
    u32 slot = hash(flow) % SLOTS;
    u32 *number = bpf_map_lookup_elem(&slots, &slot);
    if (!number)
        return NULL;
    struct backend *backend = bpf_map_lookup_elem(&backends, number);
    if (!backend || !backend->is_up)
        return NULL;
    bpf_map_update_elem(&choices, flow, number, BPF_ANY);
    return backend;
}

// A checksum after one address has taken the other's place (RFC 1624).
static __always_inline u16 changed(u16 checksum, struct ipv4_address from, struct ipv4_address to) {
    u64 sum = (u64)(u16)~checksum + (u32)~from.storage + to.storage;
    sum = (sum & 0xFFFF) + (sum >> 16);
    sum = (sum & 0xFFFF) + (sum >> 16);
    return ~((sum & 0xFFFF) + (sum >> 16));
}

SEC("xdp")
int balance(struct xdp_md *context) {
    void *at = (void *)(long)context->data, *end = (void *)(long)context->data_end;
    struct ethhdr *ethernet = at;
    if ((void *)(ethernet + 1) > end || ethernet->h_proto != htons(ETH_P_IP))
        return XDP_PASS;
    struct iphdr *header = (void *)(ethernet + 1);
    if ((void *)(header + 1) > end || header->ihl < 5)
        return XDP_PASS;
    at = (void *)header + header->ihl * 4;
    if (header->daddr.storage != htonl(address) || header->frag_off & htons(0x1FFF))
        return XDP_PASS;
    if (header->protocol != TCP && header->protocol != UDP)
        return XDP_PASS;
    // TCP has its ports where UDP has them.
    struct udphdr *ports = at;
    if ((void *)(ports + 1) > end || ports->dest != htons(port))
        return XDP_PASS;
    struct flow flow = {.source = header->saddr, .port = htons(ports->source), .protocol = header->protocol};
    struct backend *backend = chosen(&flow);
    if (!backend) {
        __atomic_fetch_add(&refused, 1, __ATOMIC_RELAXED);
        return XDP_DROP;
    }
    struct ipv4_address before = header->daddr, after = backend->address;
    if (header->protocol == TCP) {
        struct tcphdr *tcp = at;
        if ((void *)(tcp + 1) > end)
            return XDP_PASS;
        tcp->check = changed(tcp->check, before, after);
    } else if (ports->check != 0) {
        u16 sum = changed(ports->check, before, after);
        ports->check = sum == 0 ? 0xFFFF : sum;
    }
    header->check = changed(header->check, before, after);
    header->daddr = after;
    ethernet->h_source = ethernet->h_dest;
    ethernet->h_dest = backend->device;
    __atomic_fetch_add(&backend->packets, 1, __ATOMIC_RELAXED);
    __atomic_fetch_add(&backend->bytes, htons(header->tot_len), __ATOMIC_RELAXED);
    return XDP_TX;
}
