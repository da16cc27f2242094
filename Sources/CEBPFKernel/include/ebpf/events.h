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

// BPF_F_CURRENT_CPU
#define EVENTS_THIS_CPU 0xffffffffULL
