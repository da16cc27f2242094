// SPDX-License-Identifier: Apache-2.0
#define _GNU_SOURCE
#include "twin_events.h"
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

void read_thread_name(char name[16]) { prctl(PR_GET_NAME, name); }

void name_thread(const char *name) { prctl(PR_SET_NAME, name); }

void ask_priority(int which, int who) { syscall(SYS_getpriority, which, who); }

void ask_for_file(const void *path) { syscall(SYS_faccessat, AT_FDCWD, path, R_OK); }

int reset_policy_on_fork(int resets) {
    struct sched_param parameters;
    int policy = sched_getscheduler(0);
    if (policy < 0 || sched_getparam(0, &parameters) != 0)
        return -errno;
    policy = resets ? policy | SCHED_RESET_ON_FORK : policy & ~SCHED_RESET_ON_FORK;
    return sched_setscheduler(0, policy, &parameters) == 0 ? 0 : -errno;
}

// fsopen(2), fsconfig(2) and fsmount(2), which the C library may not know.
int open_trace(void) {
    int context = (int)syscall(430, "tracefs", 1);
    if (context < 0)
        return -errno;
    int mount = syscall(431, context, 6, 0, 0, 0) == 0 ? (int)syscall(432, context, 1, 0) : -1;
    int trace = mount < 0 ? -1 : openat(mount, "trace", O_RDONLY | O_CLOEXEC);
    int error = errno;
    if (mount >= 0)
        close(mount);
    close(context);
    return trace < 0 ? -error : trace;
}
