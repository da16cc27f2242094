// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include <ebpf/kernel.h>

LICENSE("Dual MIT/GPL");

// A way of TCP to avoid congestion, in both forms; one that is not created unless asked for; and one with a member that no kernel has.
struct sock;

// How often a connection asked how its window grows.
u64 seen = 0;

struct tcp_congestion_ops {
    u32 (*ssthresh)(struct sock *socket);
    void (*cong_avoid)(struct sock *socket, u32 ack, u32 acked);
    u32 (*undo_cwnd)(struct sock *socket);
    void (*no_kernel_has_this)(struct sock *socket);
    char name[16];
} PRESERVE;

SEC("struct_ops/steady_ssthresh")
u32 steady_ssthresh(u64 *context) { return 2; }

SEC("struct_ops/steady_cong_avoid")
void steady_cong_avoid(u64 *context) { __atomic_fetch_add(&seen, 1, __ATOMIC_RELAXED); }

SEC("struct_ops/steady_undo_cwnd")
u32 steady_undo_cwnd(u64 *context) { return 2; }

SEC("struct_ops/never_called")
void never_called(u64 *context) {}

SEC(".struct_ops")
struct tcp_congestion_ops steady = {
    .ssthresh = (void *)steady_ssthresh,
    .cong_avoid = (void *)steady_cong_avoid,
    .undo_cwnd = (void *)steady_undo_cwnd,
    .no_kernel_has_this = (void *)never_called,
    .name = "steady",
};

SEC("?.struct_ops")
struct tcp_congestion_ops optional = {.ssthresh = (void *)steady_ssthresh, .name = "optional"};
