// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include <ebpf/kernel.h>

LICENSE("Dual MIT/GPL");

// Follows connections of TCP, and drops what belongs to none.

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

struct tcphdr {
    __be16 source;
    __be16 dest;
    __be32 seq;
    __be32 ack_seq;
    u8 offset;
    u8 flags;
    __be16 window;
    u16 check;
    __be16 urg_ptr;
};

enum { XDP_DROP = 1, XDP_PASS = 2, ETH_P_IP = 0x0800, TCP = 6 };
enum { FIN = 1, SYN = 2, RST = 4, ACK = 16 };
enum { ASKED, ANSWERED, ESTABLISHED, CLOSING };

#define htons(number) __builtin_bswap16(number)
#define htonl(number) __builtin_bswap32(number)

// The two ends, addresses and ports, the lower one first: both directions have the same.
struct ends {
    u64 low;
    u64 high;
};

struct connection {
    u32 state;
    // Whether the higher end has opened it, and which ends have nothing more to send: 1 is who has opened it, 2 the other.
    bool is_from_high;
    u8 finished;
    u16 spare;
    u64 sent;
    u64 received;
    u64 bytes;
};

u64 strays = 0;
u64 opened = 0;
u64 closed = 0;

struct {
    NUMBER(type, MAP_TYPE_LRU_HASH);
    NUMBER(max_entries, 1024);
    TYPE(key, struct ends);
    TYPE(value, struct connection);
} connections SEC(".maps");

static __always_inline u64 end_of(__be32 address, __be16 port) { return (u64)htonl(address) << 16 | htons(port); }

static __always_inline void begin(const struct ends *ends, bool is_from_high, u64 bytes) {
    struct connection first = {.state = ASKED, .is_from_high = is_from_high, .sent = 1, .bytes = bytes};
    bpf_map_update_elem(&connections, ends, &first, BPF_ANY);
    __atomic_fetch_add(&opened, 1, __ATOMIC_RELAXED);
}

static __always_inline void close(const struct ends *ends) {
    bpf_map_delete_elem(&connections, ends);
    __atomic_fetch_add(&closed, 1, __ATOMIC_RELAXED);
}

SEC("xdp")
int track(struct xdp_md *context) {
    void *at = (void *)(long)context->data, *end = (void *)(long)context->data_end;
    struct ethhdr *ethernet = at;
    if ((void *)(ethernet + 1) > end || ethernet->h_proto != htons(ETH_P_IP))
        return XDP_PASS;
    struct iphdr *header = (void *)(ethernet + 1);
    if ((void *)(header + 1) > end || header->ihl < 5)
        return XDP_PASS;
    struct tcphdr *tcp = (void *)header + header->ihl * 4;
    if (header->protocol != TCP || header->frag_off & htons(0x1FFF) || (void *)(tcp + 1) > end)
        return XDP_PASS;
    u64 source = end_of(header->saddr, tcp->source), destination = end_of(header->daddr, tcp->dest);
    bool is_from_high = source > destination;
    struct ends ends = {source, destination};
    if (is_from_high)
        ends = (struct ends){destination, source};
    u8 flags = tcp->flags;
    u64 bytes = htons(header->tot_len);
    struct connection *connection = bpf_map_lookup_elem(&connections, &ends);
    if ((flags & (SYN | ACK)) == SYN && (!connection || connection->state == CLOSING)) {
        begin(&ends, is_from_high, bytes);
        return XDP_PASS;
    }
    if (!connection) {
        __atomic_fetch_add(&strays, 1, __ATOMIC_RELAXED);
        return XDP_DROP;
    }
    bool is_from_opener = connection->is_from_high == is_from_high;
    __atomic_fetch_add(is_from_opener ? &connection->sent : &connection->received, 1, __ATOMIC_RELAXED);
    __atomic_fetch_add(&connection->bytes, bytes, __ATOMIC_RELAXED);
    if (flags & RST) {
        close(&ends);
        return XDP_PASS;
    }
    if (flags & FIN) {
        connection->state = CLOSING;
        connection->finished |= is_from_opener ? 1 : 2;
    } else if (connection->state == ASKED && !is_from_opener && (flags & (SYN | ACK)) == (SYN | ACK)) {
        connection->state = ANSWERED;
    } else if (connection->state == ANSWERED && is_from_opener && flags & ACK) {
        connection->state = ESTABLISHED;
    } else if (connection->finished == 3 && flags & ACK) {
        // What acknowledges the second end.
        close(&ends);
    }
    return XDP_PASS;
}
