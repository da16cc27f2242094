// SPDX-License-Identifier: Apache-2.0
// events ROUNDS OBJECT WAY : fills the ring of the object so many times and drains it with libbpf's ring_buffer__consume; prints the way and the median of the
// nanoseconds a record. WAY: drain; or live, for which ROUNDS are seconds: a program writes from another CPU meanwhile; prints the way, records a second
// and how many of a million found no room.
#define _GNU_SOURCE
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static __u64 sum, wake_at, finish, total;
static int program, records;

static __u64 nanoseconds(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec * 1000000000ULL + time.tv_nsec;
}

static int by_size(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return x < y ? -1 : x > y;
}

static void pin(int cpu) {
    cpu_set_t set;
    CPU_ZERO(&set);
    CPU_SET(cpu, &set);
    sched_setaffinity(0, sizeof set, &set);
}

static int take(void *context, void *data, size_t size) {
    sum += *(__u64 *)data;
    return 0;
}

static int take_live(void *context, void *data, size_t size) {
    sum += *(__u64 *)data;
    total++;
    return 0;
}

static __u64 fill(__u64 count, __u64 wake) {
    struct { __u64 count, wake_at, sent; } run = {count, wake, 0};
    LIBBPF_OPTS(bpf_test_run_opts, options, .ctx_in = &run, .ctx_size_in = sizeof run);
    if (bpf_prog_test_run_opts(program, &options))
        exit(3);
    return run.sent;
}

static void *writes(void *sent) {
    pin(1);
    while (nanoseconds() < finish)
        *(__u64 *)sent += fill(10000, wake_at);
    return NULL;
}

int main(int count, char **arguments) {
    if (count != 4)
        return 64;
    int rounds = atoi(arguments[1]);
    struct bpf_object *object = bpf_object__open(arguments[2]);
    if (!object || bpf_object__load(object))
        return 1;
    program = bpf_program__fd(bpf_object__find_program_by_name(object, "fill"));
    struct bpf_map *map = bpf_object__find_map_by_name(object, "records");
    records = bpf_map__fd(map);
    int is_live = !strcmp(arguments[3], "live");
    struct ring_buffer *ring = ring_buffer__new(records, is_live ? take_live : take, NULL, NULL);
    if (!ring)
        return 1;
    if (is_live) {
        __u64 sent = 0, start = nanoseconds();
        pthread_t thread;
        finish = start + rounds * 1000000000ULL;
        wake_at = bpf_map__max_entries(map) / 4;
        pthread_create(&thread, NULL, writes, &sent);
        pin(0);
        while (nanoseconds() < finish)
            ring_buffer__poll(ring, 10);
        pthread_join(thread, NULL);
        ring_buffer__consume(ring);
        __u64 end = nanoseconds(), dropped = 0;
        struct bpf_map *bss = bpf_object__find_map_by_name(object, ".bss");
        int key = 0;
        char *values = calloc(1, bpf_map__value_size(bss));
        if (bpf_map_lookup_elem(bpf_map__fd(bss), &key, values))
            return 4;
        memcpy(&dropped, values, 8);
        if (total != sent)
            return 2;
        printf("live %llu %llu\n", total * 1000000000ULL / (end - start), dropped * 1000000ULL / (sent + dropped));
        return 0;
    }
    double *times = calloc(rounds, sizeof(double));
    for (int round = 0; round < rounds; round++) {
        __u64 sent = fill(1000000, 0), start = nanoseconds();
        int taken = ring_buffer__consume(ring);
        times[round] = (double)(nanoseconds() - start) / taken;
        if (taken < 0 || (__u64)taken != sent || !sum)
            return 2;
    }
    qsort(times, rounds, sizeof(double), by_size);
    printf("drain %f\n", times[rounds / 2]);
    return 0;
}
