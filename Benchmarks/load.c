// SPDX-License-Identifier: Apache-2.0
// load ROUNDS OBJECT... : opens, loads and closes each object with libbpf so many times; prints a line for each: the name and, in microseconds, the
// medians of opening, loading, closing, and of all three.
#include <bpf/libbpf.h>
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

int main(int count, char **arguments) {
    int rounds = count > 2 ? atoi(arguments[1]) : 0;
    if (rounds < 1)
        return 64;
    libbpf_set_print(quiet);
    double *times[4];
    for (int i = 0; i < 4; i++)
        times[i] = calloc(rounds, sizeof(double));
    for (int n = 2; n < count; n++) {
        for (int round = 0; round < rounds; round++) {
            double start = microseconds();
            struct bpf_object *object = bpf_object__open(arguments[n]);
            double opened = microseconds();
            if (!object || bpf_object__load(object)) {
                fprintf(stderr, "libbpf does not load %s\n", arguments[n]);
                return 1;
            }
            double loaded = microseconds();
            bpf_object__close(object);
            double closed = microseconds();
            times[0][round] = opened - start;
            times[1][round] = loaded - opened;
            times[2][round] = closed - loaded;
            times[3][round] = closed - start;
        }
        const char *name = strrchr(arguments[n], '/');
        printf("%s", name ? name + 1 : arguments[n]);
        for (int i = 0; i < 4; i++) {
            qsort(times[i], rounds, sizeof(double), by_size);
            printf(" %.0f", times[i][rounds / 2]);
        }
        printf("\n");
    }
    return 0;
}
