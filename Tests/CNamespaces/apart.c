// SPDX-License-Identifier: Apache-2.0
#define _GNU_SOURCE
#include "namespaces.h"
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stddef.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

int fork_process(void) {
    int parent = getpid(), child = fork();
    if (child < 0)
        return -errno;
    // Nobody is left behind where the test itself ends early.
    if (child == 0 && (prctl(PR_SET_PDEATHSIG, SIGKILL) || getppid() != parent))
        _exit(1);
    return child;
}

int kill_process(int process) {
    int status = 0;
    if (kill(process, SIGKILL) || waitpid(process, &status, 0) != process)
        return -errno;
    return WIFSIGNALED(status) ? WTERMSIG(status) : -ECHILD;
}

int enter_network(int descriptor) { return setns(descriptor, CLONE_NEWNET) ? -errno : 0; }

void *map_function(const char *path, unsigned long offset) {
    unsigned long page = sysconf(_SC_PAGESIZE), start = offset / page * page;
    int file = open(path, O_RDONLY | O_CLOEXEC);
    // A function may go on in the next page.
    char *pages = file < 0 ? MAP_FAILED : mmap(NULL, 2 * page, PROT_READ | PROT_EXEC, MAP_PRIVATE, file, start);
    if (file >= 0)
        close(file);
    return pages == MAP_FAILED ? NULL : pages + (offset - start);
}

void call_function(void *function) { ((int (*)(int))function)(0); }

int thread_cpus(unsigned char *bits, unsigned long byte_count) {
    return sched_getaffinity(0, byte_count, (cpu_set_t *)bits) == 0 ? 0 : -errno;
}

int set_thread_cpus(const unsigned char *bits, unsigned long byte_count) {
    return sched_setaffinity(0, byte_count, (const cpu_set_t *)bits) == 0 ? 0 : -errno;
}
