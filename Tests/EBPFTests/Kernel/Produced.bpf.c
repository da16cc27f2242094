// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include <ebpf/kernel.h>

LICENSE("Dual MIT/GPL");

// Run without an event, `produce` sends as many records as it is told, of sizes that look random, with others between them that are reserved and
// discarded.

EVENTS(records, 64 * 1024);

#define LARGEST 4096

struct record {
    u64 sequence;
    u64 size;
    // Filled by user space: word i is i times a number; every eighth word is the sequence times another number, plus i.
    u64 words[LARGEST / 8];
};

struct {
    NUMBER(type, MAP_TYPE_ARRAY);
    NUMBER(max_entries, 1);
    TYPE(key, u32);
    TYPE(value, struct record);
} pattern SEC(".maps");

// What it is called with. All are of 64 bits: clang leaves what else is in a register, and the kernel's own form of bpf_loop compares all of it.
struct run {
    u64 seed;
    u64 count;
    // The largest record is that long, a power of two; and how many bytes must wait to wake the reader, 0 for the kernel's way.
    u64 largest;
    u64 wake_at;
    u64 discards;
    u64 sent;
};

static u64 next(struct run *run) {
    run->seed = run->seed * 6364136223846793005ULL + 1442695040888963407ULL;
    return run->seed >> 33;
}

static long send(u32 index, struct run *run) {
    u32 zero = 0;
    struct record *record = bpf_map_lookup_elem(&pattern, &zero);
    if (!record)
        return 1;
    if (run->discards && next(run) % 4 == 0) {
        void *unwanted = bpf_ringbuf_reserve(&records, 200, 0);
        if (unwanted)
            bpf_ringbuf_discard(unwanted, 0);
    }
    u64 size = next(run) & (run->largest - 1) & (LARGEST - 1);
    u64 sequence = record->sequence + 1;
    record->sequence = sequence;
    record->size = size;
    for (int i = 0; i < LARGEST / 8; i += 8)
        record->words[i] = sequence * 0x9e3779b97f4a7c15ULL + i;
    long status = run->wake_at ? events_send_batched(records, record, 16 + size, run->wake_at) : events_send(run, records, record, 16 + size);
    if (status == 0)
        run->sent++;
    return 0;
}

SEC("syscall")
int produce(struct run *run) {
    struct run copy = *run;
    bpf_loop(copy.count, send, &copy, 0);
    run->sent = copy.sent;
    run->seed = copy.seed;
    return 0;
}
