// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include <ebpf/kernel.h>

LICENSE("Dual MIT/GPL");

// Run without an event, `overwrites` sends numbered records of sizes that vary to a ring in which new records take the place of the oldest.

struct {
    NUMBER(type, MAP_TYPE_RINGBUF);
    NUMBER(map_flags, MAP_RB_OVERWRITE);
    NUMBER(max_entries, 4096);
} records SEC(".maps");

struct record {
    u64 sequence;
    u64 size;
    // Each is the sequence.
    u64 words[16];
};

struct run {
    u64 count;
    u64 sent;
};

u64 last = 0;

static long send(u32 index, struct run *run) {
    struct record record;
    u64 sequence = last + 1;
    last = sequence;
    record.sequence = sequence;
    record.size = sequence % 16;
    for (int i = 0; i < 16; i++)
        record.words[i] = sequence;
    if (!bpf_ringbuf_output(&records, &record, 16 + record.size % 16 * 8, 0))
        run->sent++;
    return 0;
}

SEC("syscall")
int overwrites(struct run *run) {
    struct run copy = *run;
    bpf_loop(copy.count, send, &copy, 0);
    run->sent = copy.sent;
    return 0;
}
