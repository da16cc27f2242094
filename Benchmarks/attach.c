// SPDX-License-Identifier: Apache-2.0
// attach ROUNDS OBJECT WAY FILE [BINARY] : attaches the object's program 'probe' with libbpf to each of the names in FILE (one a line) and detaches it again, so
// many times. WAY: kprobe.multi, uprobe.multi (one link), uprobe (one link each; BINARY is where the names are), or kprobe.pattern, where FILE is a
// pattern. Prints the way and, in microseconds, the medians of attaching and detaching: of uprobes one by one, the median of one.
#define _GNU_SOURCE
#include <bpf/libbpf.h>
#include <dlfcn.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static double microseconds(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec * 1e6 + time.tv_nsec / 1e3;
}

static int by_size(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return x < y ? -1 : x > y;
}

static int quiet(enum libbpf_print_level level, const char *format, va_list arguments) {
    return 0;
}

// libbpf 1.3: it runs with a newer library than it is compiled with.
struct uprobe_multi_options {
    size_t sz;
    const char **syms;
    const unsigned long *offsets, *ref_ctr_offsets;
    const __u64 *cookies;
    size_t cnt;
    bool retprobe, session;
    size_t : 0;
};
typedef struct bpf_link *(*attach_uprobe_multi_function)(const struct bpf_program *, pid_t, const char *, const char *, const struct uprobe_multi_options *);

static const char *names[4096];
static struct bpf_link *links[4096];
static double single[4096];

int main(int count, char **arguments) {
    if (count < 5)
        return 64;
    int rounds = atoi(arguments[1]), total = 0;
    const char *way = arguments[3], *binary = count > 5 ? arguments[5] : NULL;
    char line[256];
    FILE *file = strcmp(way, "kprobe.pattern") ? fopen(arguments[4], "r") : NULL;
    while (file && total < 4096 && fgets(line, sizeof line, file)) {
        line[strcspn(line, "\n")] = 0;
        names[total++] = strdup(line);
    }
    libbpf_set_print(quiet);
    attach_uprobe_multi_function attach_uprobe_multi = (attach_uprobe_multi_function)dlsym(RTLD_DEFAULT, "bpf_program__attach_uprobe_multi");
    struct bpf_object *object = bpf_object__open(arguments[2]);
    struct bpf_program *program = object ? bpf_object__find_program_by_name(object, "probe") : NULL;
    if (!program)
        return 1;
    if (!strncmp(way, "kprobe", 6))
        bpf_program__set_expected_attach_type(program, BPF_TRACE_KPROBE_MULTI);
    if (!strcmp(way, "uprobe.multi"))
        bpf_program__set_expected_attach_type(program, 48); // BPF_TRACE_UPROBE_MULTI
    if (bpf_object__load(object)) {
        fprintf(stderr, "libbpf does not load %s\n", arguments[2]);
        return 1;
    }
    double *times[2] = {calloc(rounds, sizeof(double)), calloc(rounds, sizeof(double))};
    for (int round = 0; round < rounds; round++) {
        int made = 1;
        double start = microseconds();
        if (!strcmp(way, "kprobe.pattern")) {
            links[0] = bpf_program__attach_kprobe_multi_opts(program, arguments[4], NULL);
        } else if (!strcmp(way, "kprobe.multi")) {
            LIBBPF_OPTS(bpf_kprobe_multi_opts, options, .syms = names, .cnt = total);
            links[0] = bpf_program__attach_kprobe_multi_opts(program, NULL, &options);
        } else if (!strcmp(way, "uprobe.multi")) {
            struct uprobe_multi_options options = {.sz = sizeof options, .syms = names, .cnt = total};
            links[0] = attach_uprobe_multi ? attach_uprobe_multi(program, -1, binary, NULL, &options) : NULL;
        } else {
            for (made = 0; made < total; made++) {
                LIBBPF_OPTS(bpf_uprobe_opts, options, .func_name = names[made]);
                double before = microseconds();
                links[made] = bpf_program__attach_uprobe_opts(program, -1, binary, 0, &options);
                single[made] = microseconds() - before;
                if (!links[made])
                    break;
            }
        }
        double attached = microseconds();
        if (made < 1 || !links[made - 1] || (!strcmp(way, "uprobe") && made < total)) {
            fprintf(stderr, "libbpf does not attach (%s %s): %s\n", way, made < total ? names[made] : "", strerror(errno));
            return 1;
        }
        for (int i = 0; i < made; i++)
            bpf_link__destroy(links[i]);
        times[0][round] = attached - start;
        times[1][round] = microseconds() - attached;
        if (!strcmp(way, "uprobe")) {
            qsort(single, made, sizeof(double), by_size);
            times[0][round] = single[made / 2];
            times[1][round] /= made;
        }
    }
    printf("%s", way);
    for (int i = 0; i < 2; i++) {
        qsort(times[i], rounds, sizeof(double), by_size);
        printf(" %.0f", times[i][rounds / 2]);
    }
    printf("\n");
    return 0;
}
