// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include <ebpf/kernel.h>
#include <opensnoop.h>

LICENSE("Dual MIT/GPL");

// What the user half asks for; zero (for the uid: all ones) asks for everything.
const volatile u32 target_pid = 0;
const volatile u32 target_tid = 0;
const volatile u32 target_uid = 0xffffffff;
const volatile bool only_failed = false;
// A part of the command's name; its length 0 asks for everything.
const volatile char target_name[TASK_COMM_LEN] = {};
const volatile u32 target_name_length = 0;

EVENTS(opens, 512 * 1024);

// An open that has begun and not yet returned.
struct pending_open {
    const char *path;
    int flags;
    u32 mode;
};

struct {
    NUMBER(type, MAP_TYPE_HASH);
    NUMBER(max_entries, 10240);
    TYPE(key, u32);
    TYPE(value, struct pending_open);
} pending SEC(".maps");

// A record while it is put together: too large for the stack.
struct record {
    struct open_event event;
    char path[PATH_MAX];
};

struct {
    NUMBER(type, MAP_TYPE_PERCPU_ARRAY);
    NUMBER(max_entries, 1);
    TYPE(key, u32);
    TYPE(value, struct record);
} scratch SEC(".maps");

// struct open_how of include/uapi/linux/openat2.h, which user space passes.
struct open_how {
    u64 flags;
    u64 mode;
    u64 resolve;
};

// Whether `name` stands in the command at `start`.
static __always_inline bool name_at(const char *command, u32 start) {
    for (u32 i = 0; i < TASK_COMM_LEN - 1; i++) {
        if (i >= target_name_length)
            return true;
        if (start + i >= TASK_COMM_LEN - 1 || command[(start + i) & (TASK_COMM_LEN - 1)] != target_name[i])
            return false;
    }
    return true;
}

static __always_inline bool name_is_wanted(void) {
    char command[TASK_COMM_LEN] = {};
    if (target_name_length == 0)
        return true;
    bpf_get_current_comm(command, sizeof(command));
    for (u32 start = 0; start < TASK_COMM_LEN - 1; start++) {
        if (start + target_name_length > TASK_COMM_LEN - 1)
            return false;
        if (name_at(command, start))
            return true;
    }
    return false;
}

static __always_inline bool is_wanted(void) {
    u64 id = bpf_get_current_pid_tgid();
    if (target_pid && target_pid != id >> 32)
        return false;
    if (target_tid && target_tid != (u32)id)
        return false;
    if (target_uid != 0xffffffff && target_uid != (u32)bpf_get_current_uid_gid())
        return false;
    return name_is_wanted();
}

static __always_inline int enter(const char *path, int flags, u32 mode) {
    if (!is_wanted())
        return 0;
    u32 tid = bpf_get_current_pid_tgid();
    struct pending_open open = {.path = path, .flags = flags, .mode = mode};
    // With too many opens under way, this one is lost as well.
    if (bpf_map_update_elem(&pending, &tid, &open, BPF_ANY) < 0)
        __atomic_fetch_add(&opens_dropped, 1, __ATOMIC_RELAXED);
    return 0;
}

static __always_inline int leave(struct trace_event_raw_sys_exit *context) {
    u64 id = bpf_get_current_pid_tgid();
    u32 tid = id, zero = 0;
    struct pending_open *found = bpf_map_lookup_elem(&pending, &tid);
    if (!found)
        return 0;
    struct pending_open open = *found;
    bpf_map_delete_elem(&pending, &tid);
    long result = context->ret;
    struct record *record = bpf_map_lookup_elem(&scratch, &zero);
    if (!record || (only_failed && result >= 0))
        return 0;

    struct open_event *event = &record->event;
    event->time = bpf_ktime_get_ns();
    event->pid = id >> 32;
    event->tid = tid;
    event->uid = bpf_get_current_uid_gid();
    event->result = result;
    event->flags = open.flags;
    // Without these flags (O_CREAT, O_TMPFILE) the argument is whatever the register held.
    event->mode = open.flags & 020000100 ? open.mode : 0;
    bpf_get_current_comm(event->command, sizeof(event->command));
    // The path was read by the system call: it is in memory now, which it need not have been on entry.
    long length = bpf_probe_read_user_str(record->path, sizeof(record->path), open.path);
    if (length <= 0) {
        record->path[0] = 0;
        length = 1;
    }
    events_send(context, opens, record, sizeof(*event) + (length & (2 * PATH_MAX - 1)));
    return 0;
}

SEC("tracepoint/syscalls/sys_enter_open")
int enter_open(struct trace_event_raw_sys_enter *context) {
    return enter((const char *)context->args[0], context->args[1], context->args[2]);
}

SEC("tracepoint/syscalls/sys_enter_openat")
int enter_openat(struct trace_event_raw_sys_enter *context) {
    return enter((const char *)context->args[1], context->args[2], context->args[3]);
}

SEC("tracepoint/syscalls/sys_enter_openat2")
int enter_openat2(struct trace_event_raw_sys_enter *context) {
    struct open_how how = {};
    bpf_probe_read_user(&how, sizeof(how), (const void *)context->args[2]);
    return enter((const char *)context->args[1], how.flags, how.mode);
}

SEC("tracepoint/syscalls/sys_exit_open")
int exit_open(struct trace_event_raw_sys_exit *context) {
    return leave(context);
}

SEC("tracepoint/syscalls/sys_exit_openat")
int exit_openat(struct trace_event_raw_sys_exit *context) {
    return leave(context);
}

SEC("tracepoint/syscalls/sys_exit_openat2")
int exit_openat2(struct trace_event_raw_sys_exit *context) {
    return leave(context);
}
