// SPDX-License-Identifier: Apache-2.0
#define _GNU_SOURCE
#include "namespaces.h"
#include <dlfcn.h>
#include <errno.h>
#include <sched.h>
#include <signal.h>
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

static int (*library_parent)(void), (*library_group)(int);

int take_library(const char *path) {
    void *library = dlmopen(LM_ID_NEWLM, path, RTLD_NOW);
    if (!library)
        return -ELIBACC;
    library_parent = (int (*)(void))dlsym(library, "getppid");
    library_group = (int (*)(int))dlsym(library, "getpgid");
    return library_parent && library_group ? 0 : -ELIBBAD;
}

void ask_library_for_parent(void) {
    if (library_parent)
        library_parent();
}

void ask_library_for_group(void) {
    if (library_group)
        library_group(0);
}
