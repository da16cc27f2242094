// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <elf.h>
#include <signal.h>
#include <spawn.h>
#include <stdint.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/signalfd.h>
#include <sys/syscall.h>
#include <sys/timerfd.h>
#include <sys/vfs.h>
#include <time.h>
#include <unistd.h>

// System calls that Swift cannot import from the C library, because they are variadic there or missing. No logic here:
// each wrapper passes its arguments on; -1 and errno are the answer of a failed call.

static inline int linux_bpf(uint32_t command, void *attributes, uint32_t size) {
    return (int)syscall(SYS_bpf, command, attributes, size);
}

static inline int linux_perf_event_open(struct perf_event_attributes *attributes, pid_t pid, int cpu, int group, unsigned long flags) {
    return (int)syscall(SYS_perf_event_open, attributes, pid, cpu, group, flags);
}

static inline int linux_ioctl(int descriptor, unsigned long request, unsigned long argument) {
    return ioctl(descriptor, request, argument);
}

// The mount calls have the same numbers on every architecture (include/uapi/asm-generic/unistd.h); old C libraries lack them.
static inline int linux_fsopen(const char *file_system, unsigned int flags) {
    return (int)syscall(430, file_system, flags);
}

static inline int linux_fsconfig(int descriptor, unsigned int command, const char *key, const void *value, int auxiliary) {
    return (int)syscall(431, descriptor, command, key, value, auxiliary);
}

static inline int linux_fsmount(int descriptor, unsigned int flags, unsigned int attributes) {
    return (int)syscall(432, descriptor, flags, attributes);
}

// The number of the kind of file system that a path lies on (`f_type`).
static inline int linux_file_system_kind(const char *path, uint64_t *kind) {
    struct statfs information;
    int status = statfs(path, &information);
    if (status == 0)
        *kind = (uint64_t)information.f_type;
    return status;
}

// A descriptor of a process (pidfd_open(2), Linux 5.3).
static inline int linux_pidfd_open(pid_t process) {
    return (int)syscall(434, process, 0);
}

// Gives the calling thread namespaces of its own (unshare(2)).
static inline int linux_unshare(int flags) {
    return (int)syscall(SYS_unshare, flags);
}

static inline int linux_epoll_create(void) {
    return epoll_create1(EPOLL_CLOEXEC);
}

// EPOLLIN is 1; errors and hang-ups are always reported.
static inline int linux_epoll_add(int epoll, int descriptor, uint32_t events, uint64_t token) {
    struct epoll_event event = {.events = events, .data = {.u64 = token}};
    return epoll_ctl(epoll, EPOLL_CTL_ADD, descriptor, &event);
}

static inline int linux_epoll_remove(int epoll, int descriptor) {
    struct epoll_event event = {0};
    return epoll_ctl(epoll, EPOLL_CTL_DEL, descriptor, &event);
}

// Writes the tokens of at most `capacity` ready descriptors; answers how many.
static inline int linux_epoll_wait(int epoll, uint64_t *tokens, int capacity, int milliseconds) {
    struct epoll_event events[16];
    int ready = epoll_wait(epoll, events, capacity < 16 ? capacity : 16, milliseconds);
    for (int i = 0; i < ready; i++)
        tokens[i] = events[i].data.u64;
    return ready;
}

// A descriptor that becomes readable every so many seconds of the monotonic clock, once what was there is read (timerfd_create(2)).
static inline int linux_timer_descriptor(int seconds) {
    struct itimerspec times = {.it_interval = {.tv_sec = seconds}, .it_value = {.tv_sec = seconds}};
    int timer = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
    if (timer >= 0)
        timerfd_settime(timer, 0, &times, NULL);
    return timer;
}

static inline int linux_signal_descriptor(const sigset_t *signals) {
    return signalfd(-1, signals, SFD_CLOEXEC | SFD_NONBLOCK);
}

static inline int linux_openat(int directory, const char *path, int flags) {
    return (int)syscall(SYS_openat, directory, path, flags, 0);
}

// The effective capabilities of this process, in two halves (capget(2), version 3 of its structures).
static inline int linux_effective_capabilities(uint32_t *low, uint32_t *high) {
    struct { uint32_t version; int pid; } header = {0x20080522, 0};
    struct { uint32_t effective, permitted, inheritable; } data[2] = {{0}};
    int status = (int)syscall(SYS_capget, &header, data);
    *low = data[0].effective;
    *high = data[1].effective;
    return status;
}

// Declared by the C libraries only on demand (glibc 2.29, musl 1.1.24): the directory in which a spawned program begins.
extern int posix_spawn_file_actions_addchdir_np(posix_spawn_file_actions_t *restrict actions, const char *restrict path);

static inline int linux_spawn_in_directory(posix_spawn_file_actions_t *actions, const char *path) {
    return posix_spawn_file_actions_addchdir_np(actions, path);
}

// Declared by glibc only on demand (_GNU_SOURCE), with a structure that begins like this one.
struct linux_loaded_program {
    uintptr_t address;
    const char *name;
    const Elf64_Phdr *headers;
    uint16_t header_count;
};
struct dl_phdr_info;
extern int dl_iterate_phdr(int (*body)(struct dl_phdr_info *, size_t, void *), void *context);

// The program and its libraries, as far as `body` answers 0.
static inline int linux_each_loaded_program(int (*body)(struct linux_loaded_program *, size_t, void *)) {
    return dl_iterate_phdr((int (*)(struct dl_phdr_info *, size_t, void *))body, 0);
}
