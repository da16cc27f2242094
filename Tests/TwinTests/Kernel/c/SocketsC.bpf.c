// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include <ebpf/kernel.h>

LICENSE("Dual MIT/GPL");

// Asks whether somebody listens where a packet would go.

struct tuple {
    __be32 source;
    __be32 destination;
    __be16 source_port;
    __be16 destination_port;
};

// What the verifier makes reads of the kernel's own structure.
struct bpf_sock {
    u32 bound_dev_if;
    u32 family;
    u32 between[9];
    u32 src_port;
    u32 more[6];
    u32 state;
};

enum { TCP_LISTEN = 10, LOOPBACK = 0x7F000001 };

u32 port = 0;
u64 found = 0;
u64 listening = 0;
u32 seen = 0;

SEC("tc")
int ask(void *context) {
    struct tuple tuple = {
        .source = __builtin_bswap32(LOOPBACK),
        .destination = __builtin_bswap32(LOOPBACK),
        .source_port = __builtin_bswap16(9),
        .destination_port = __builtin_bswap16(port),
    };
    struct bpf_sock *socket = bpf_sk_lookup_tcp(context, (struct bpf_sock_tuple *)&tuple, sizeof(tuple), -1, 0);
    if (!socket)
        return 0;
    found += 1;
    seen = socket->src_port;
    if (socket->state == TCP_LISTEN)
        listening += 1;
    bpf_sk_release(socket);
    return 0;
}
