// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include <ebpf/kernel.h>

LICENSE("Dual MIT/GPL");

// Which files below a directory are asked for; the others' reservations are given back.

const volatile u32 target = 0;
const volatile char directory[32] = "";
const volatile u32 length = 0;

struct request {
    u64 time;
    u32 process;
    s32 size;
    char path[128];
};

struct {
    NUMBER(type, MAP_TYPE_RINGBUF);
    NUMBER(max_entries, 64 * 1024);
} requests SEC(".maps");
u64 requests_dropped = 0;
const struct request *unused_request __attribute__((unused));
u64 elsewhere = 0;

static __always_inline bool is_below(const char *path) {
    for (u32 index = 0; index < 32; index++) {
        if (index >= length)
            return true;
        if (path[index] != directory[index])
            return false;
    }
    return true;
}

SEC("tracepoint/syscalls/sys_enter_faccessat")
int file_asked_for(struct trace_event_raw_sys_enter *context) {
    u64 id = bpf_get_current_pid_tgid();
    if (target && target != (u32)id)
        return 0;
    struct request *request = bpf_ringbuf_reserve(&requests, sizeof(*request), 0);
    if (!request) {
        __atomic_fetch_add(&requests_dropped, 1, __ATOMIC_RELAXED);
        return 0;
    }
    request->size = bpf_probe_read_user_str(request->path, sizeof(request->path), (void *)context->args[1]);
    if (request->size < 0 || !is_below(request->path)) {
        __atomic_fetch_add(&elsewhere, 1, __ATOMIC_RELAXED);
        bpf_ringbuf_discard(request, 0);
        return 0;
    }
    request->time = bpf_ktime_get_ns();
    request->process = id >> 32;
    bpf_ringbuf_submit(request, 0);
    return 0;
}
