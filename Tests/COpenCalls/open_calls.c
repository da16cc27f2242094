// SPDX-License-Identifier: Apache-2.0
#define _GNU_SOURCE
#include "open_calls.h"
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static int open_by(enum open_call call, const char *path, int flags) {
    struct { uint64_t flags, mode, resolve; } how = {.flags = flags, .mode = flags & O_CREAT ? 0600 : 0};
    long result = -1;
    errno = ENOSYS;
    switch (call) {
    case CALL_OPEN:
#ifdef SYS_open
        result = syscall(SYS_open, path, flags, 0600);
#endif
        break;
    case CALL_OPENAT: result = syscall(SYS_openat, AT_FDCWD, path, flags, 0600); break;
    case CALL_OPENAT2: result = syscall(437, AT_FDCWD, path, &how, sizeof(how)); break;
    }
    return result < 0 ? -errno : (int)result;
}

struct open_outcome open_in_child(enum open_call call, const char *path, int flags, const char *command, unsigned int uid) {
    struct open_outcome outcome = {0, 0, -ECHILD};
    int ends[2];
    if (pipe(ends) != 0)
        return outcome;
    outcome.pid = outcome.tid = fork();
    if (outcome.pid == 0) {
        prctl(PR_SET_NAME, command);
        if (uid != 0 && syscall(SYS_setresuid, uid, uid, uid) != 0)
            _exit(1);
        int result = open_by(call, path, flags);
        _exit(write(ends[1], &result, sizeof(result)) == sizeof(result) ? 0 : 1);
    }
    close(ends[1]);
    if (read(ends[0], &outcome.result, sizeof(outcome.result)) != sizeof(outcome.result))
        outcome.result = -ECHILD;
    close(ends[0]);
    waitpid(outcome.pid, 0, 0);
    return outcome;
}

struct thread_open {
    const char *path;
    struct open_outcome outcome;
};

static void *thread_body(void *argument) {
    struct thread_open *open = argument;
    open->outcome.tid = (int)syscall(SYS_gettid);
    open->outcome.result = open_by(CALL_OPENAT, open->path, O_RDONLY);
    if (open->outcome.result >= 0)
        close(open->outcome.result);
    return 0;
}

struct open_outcome open_in_thread(const char *path) {
    struct thread_open open = {.path = path, .outcome = {.pid = getpid(), .tid = 0, .result = -ECHILD}};
    pthread_t thread;
    if (pthread_create(&thread, 0, thread_body, &open) == 0)
        pthread_join(thread, 0);
    return open.outcome;
}

int current_thread(void) {
    return (int)syscall(SYS_gettid);
}
