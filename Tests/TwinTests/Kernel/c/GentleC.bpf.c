// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include <ebpf/kernel.h>

LICENSE("Dual MIT/GPL");

// A way of TCP to avoid congestion: windows grow as Reno's do, and shrink by a quarter.

struct sock {};

struct tcp_sock {
    u32 snd_cwnd;
    u32 prior_cwnd;
} PRESERVE;

struct tcp_congestion_ops {
    u32 (*ssthresh)(struct sock *socket);
    void (*cong_avoid)(struct sock *socket, u32 ack, u32 acked);
    u32 (*undo_cwnd)(struct sock *socket);
    void (*init)(struct sock *socket);
    void (*release)(struct sock *socket);
    char name[16];
} PRESERVE;

extern void tcp_reno_cong_avoid(struct sock *socket, u32 ack, u32 acked) __ksym;

u64 begun = 0;
u64 ended = 0;
u64 acknowledged = 0;
u64 losses = 0;
u32 first = 0;
u32 last = 0;
u32 largest = 0;

// The kernel hands over a socket of TCP, whose type the verifier knows.
SEC("struct_ops/gentle_ssthresh")
u32 gentle_ssthresh(u64 *context) {
    struct tcp_sock *socket = (struct tcp_sock *)context[0];
    u32 window = socket->snd_cwnd;
    u32 threshold = window - window / 4;
    __atomic_fetch_add(&losses, 1, __ATOMIC_RELAXED);
    return threshold > 2 ? threshold : 2;
}

SEC("struct_ops/gentle_cong_avoid")
void gentle_cong_avoid(u64 *context) {
    struct tcp_sock *socket = (struct tcp_sock *)context[0];
    u32 window = socket->snd_cwnd;
    if (window > largest)
        largest = window;
    __atomic_fetch_add(&acknowledged, (u32)context[2], __ATOMIC_RELAXED);
    tcp_reno_cong_avoid((struct sock *)socket, context[1], context[2]);
}

SEC("struct_ops/gentle_undo_cwnd")
u32 gentle_undo_cwnd(u64 *context) {
    struct tcp_sock *socket = (struct tcp_sock *)context[0];
    u32 window = socket->snd_cwnd, prior = socket->prior_cwnd;
    return window > prior ? window : prior;
}

SEC("struct_ops/gentle_init")
void gentle_init(u64 *context) {
    struct tcp_sock *socket = (struct tcp_sock *)context[0];
    first = socket->snd_cwnd;
    __atomic_fetch_add(&begun, 1, __ATOMIC_RELAXED);
}

SEC("struct_ops/gentle_release")
void gentle_release(u64 *context) {
    struct tcp_sock *socket = (struct tcp_sock *)context[0];
    last = socket->snd_cwnd;
    __atomic_fetch_add(&ended, 1, __ATOMIC_RELAXED);
}

SEC(".struct_ops")
struct tcp_congestion_ops gentle = {
    .ssthresh = (void *)gentle_ssthresh,
    .cong_avoid = (void *)gentle_cong_avoid,
    .undo_cwnd = (void *)gentle_undo_cwnd,
    .init = (void *)gentle_init,
    .release = (void *)gentle_release,
    .name = "gentle_c",
};
