// SPDX-License-Identifier: GPL-2.0-only OR MIT
#pragma once
#include <ebpf/helpers.h>
#include <ebpf/maps.h>

// A stream of records to user space, whose losses are counted.
//
// EVENTS(opens, 256 * 1024) declares a ring buffer `opens` and a count `opens_dropped` of the records that found no room.
// A user half on a kernel without ring buffers (before Linux 5.8) turns the map into a perf event array before it loads the
// object, and sets `opens_is_perf`; the verifier then never sees the other branch.
#define EVENTS(name, byte_count)                                                                                       \
    struct {                                                                                                           \
        NUMBER(type, MAP_TYPE_RINGBUF);                                                                                \
        NUMBER(max_entries, byte_count);                                                                               \
    } name SEC(".maps");                                                                                               \
    const volatile bool name##_is_perf = false;                                                                        \
    u64 name##_dropped = 0

// Sends `size` bytes, which may vary from record to record. Answers 0, or a negative number where the record was dropped.
#define events_send(context, name, record, size)                                                                       \
    ({                                                                                                                 \
        long events_status = name##_is_perf                                                                            \
                                 ? bpf_perf_event_output((context), &name, EVENTS_THIS_CPU, (void *)(record), (size))  \
                                 : bpf_ringbuf_output(&name, (void *)(record), (size), 0);                             \
        if (events_status < 0)                                                                                         \
            __atomic_fetch_add(&name##_dropped, 1, __ATOMIC_RELAXED);                                                  \
        events_status;                                                                                                 \
    })

// The same through a ring buffer only, where the reader is woken not by the first record but once `bytes` wait for it, and until then not at all: for readers
// that wait with a deadline (EventWait in user space), and streams of many records.
#define events_send_batched(name, record, size, bytes)                                                                 \
    ({                                                                                                                 \
        u64 events_wake = bpf_ringbuf_query(&name, BPF_RB_AVAIL_DATA) >= (bytes) ? BPF_RB_FORCE_WAKEUP                 \
                                                                                 : BPF_RB_NO_WAKEUP;                   \
        long events_status = bpf_ringbuf_output(&name, (void *)(record), (size), events_wake);                         \
        if (events_status < 0)                                                                                         \
            __atomic_fetch_add(&name##_dropped, 1, __ATOMIC_RELAXED);                                                  \
        events_status;                                                                                                 \
    })

// Flags of bpf_ringbuf_output, bpf_ringbuf_submit, bpf_ringbuf_discard and bpf_user_ringbuf_drain: without any, who waits is woken when it has read
// all that came before. Flags of bpf_ringbuf_query. include/uapi/linux/bpf.h.
#define BPF_RB_NO_WAKEUP (1 << 0)
#define BPF_RB_FORCE_WAKEUP (1 << 1)
#define BPF_RB_AVAIL_DATA 0
#define BPF_RB_RING_SIZE 1
#define BPF_RB_CONS_POS 2
#define BPF_RB_PROD_POS 3
#define BPF_RB_OVERWRITE_POS 4

// BPF_F_CURRENT_CPU
#define EVENTS_THIS_CPU 0xffffffffULL
