// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include <ebpf/kernel.h>

LICENSE("Dual MIT/GPL");

// Ends what nobody has used for a while.

struct bpf_timer {
    u64 __opaque[2];
};

struct session {
    struct bpf_timer timer;
    u64 packets;
};

struct {
    NUMBER(type, MAP_TYPE_HASH);
    NUMBER(max_entries, 16);
    TYPE(key, u32);
    TYPE(value, struct session);
} sessions SEC(".maps");

enum { CLOCK_MONOTONIC = 1 };

u32 number = 0;
u64 patience = 0;
u64 ended = 0;
u64 packets = 0;

static int end(void *map, u32 *key, struct session *session) {
    __atomic_fetch_add(&packets, session->packets, __ATOMIC_RELAXED);
    __atomic_fetch_add(&ended, 1, __ATOMIC_RELAXED);
    bpf_map_delete_elem(map, key);
    return 0;
}

SEC("tc")
int use(void *context) {
    u32 key = number;
    struct session *session = bpf_map_lookup_elem(&sessions, &key);
    if (!session) {
        struct session fresh = {};
        bpf_map_update_elem(&sessions, &key, &fresh, BPF_NOEXIST);
        session = bpf_map_lookup_elem(&sessions, &key);
        if (!session)
            return 2;
        bpf_timer_init(&session->timer, &sessions, CLOCK_MONOTONIC);
        bpf_timer_set_callback(&session->timer, end);
    }
    __atomic_fetch_add(&session->packets, 1, __ATOMIC_RELAXED);
    bpf_timer_start(&session->timer, patience, 0);
    return 0;
}
