// SPDX-License-Identifier: Apache-2.0
// maps ROUNDS : a hash of 100,000 entries of 8 bytes by bpf(2) and nothing else: nanoseconds a look-up, an update, and an entry of a batched look-up,
// update and removal of all.
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

enum { ENTRIES = 100000, CALLS = 20000, ROOM = 16384 };

struct element { uint32_t map, reserved; uint64_t key, value, flags; };
struct batch { uint64_t in, out, keys, values; uint32_t count, map; uint64_t element_flags, flags; };
struct create { uint32_t type, key_size, value_size, max_entries, flags; };

static long bpf(int command, void *attributes, unsigned size) { return syscall(SYS_bpf, command, attributes, size); }

static double nanoseconds(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec * 1e9 + time.tv_nsec;
}

static int by_size(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static uint64_t keys[ROOM], values[ROOM];
static struct { uint64_t key, value; } pairs[ENTRIES];
static uint64_t all[ENTRIES];

/* Packs pairs as the kernel takes them, and sets them. */
static int set_all(int map) {
    for (uint64_t done = 0; done < ENTRIES;) {
        uint32_t count = ENTRIES - done < ROOM ? ENTRIES - done : ROOM;
        for (uint32_t i = 0; i < count; i++)
            keys[i] = pairs[done + i].key, values[i] = pairs[done + i].value;
        struct batch batch = {.keys = (uint64_t)keys, .values = (uint64_t)values, .count = count, .map = map};
        if (bpf(26, &batch, sizeof batch))
            return perror("update"), 1;
        done += count;
    }
    return 0;
}

int main(int count, char **arguments) {
    int rounds = count > 1 ? atoi(arguments[1]) : 0;
    if (rounds < 1 || rounds > 1000)
        return 64;
    struct create create = {.type = 1, .key_size = 8, .value_size = 8, .max_entries = ENTRIES};
    int map = bpf(0, &create, sizeof create);
    if (map < 0)
        return perror("create"), 1;
    for (uint64_t key = 0; key < ENTRIES; key++) {
        struct element element = {.map = map, .key = (uint64_t)&key, .value = (uint64_t)&key};
        bpf(2, &element, sizeof element);
    }
    for (uint64_t key = 0; key < ENTRIES; key++)
        pairs[key].key = pairs[key].value = all[key] = key;
    double times[5][1000];
    uint64_t sum = 0;
    for (int round = 0; round < rounds; round++) {
        double start = nanoseconds();
        for (uint64_t n = 0; n < CALLS; n++) {
            uint64_t key = n * 7919 % ENTRIES, value;
            struct element element = {.map = map, .key = (uint64_t)&key, .value = (uint64_t)&value};
            if (bpf(1, &element, sizeof element) == 0)
                sum += value;
        }
        double found = nanoseconds();
        for (uint64_t n = 0; n < CALLS; n++) {
            uint64_t key = n * 7919 % ENTRIES;
            struct element element = {.map = map, .key = (uint64_t)&key, .value = (uint64_t)&key};
            bpf(2, &element, sizeof element);
        }
        double updated = nanoseconds();
        uint64_t in = 0, out = 0, seen = 0;
        for (int first = 1;; first = 0) {
            struct batch batch = {.in = first ? 0 : (uint64_t)&in, .out = (uint64_t)&out, .keys = (uint64_t)keys, .values = (uint64_t)values, .count = ROOM, .map = map};
            long status = bpf(24, &batch, sizeof batch);
            for (uint32_t i = 0; i < batch.count; i++)
                sum += keys[i] ^ values[i];
            seen += batch.count;
            in = out;
            if (status)
                break;
        }
        double walked = nanoseconds();
        if (set_all(map))
            return 1;
        double set = nanoseconds();
        struct batch removal = {.keys = (uint64_t)all, .count = ENTRIES, .map = map};
        if (bpf(27, &removal, sizeof removal))
            return perror("remove"), 1;
        double ended = nanoseconds();
        if (set_all(map))
            return 1;
        if (seen != ENTRIES)
            return fprintf(stderr, "%lu entries\n", (unsigned long)seen), 1;
        times[0][round] = (found - start) / CALLS;
        times[1][round] = (updated - found) / CALLS;
        times[2][round] = (walked - updated) / ENTRIES;
        times[3][round] = (set - walked) / ENTRIES;
        times[4][round] = (ended - set) / ENTRIES;
    }
    printf("hash");
    for (int i = 0; i < 5; i++) {
        qsort(times[i], rounds, sizeof(double), by_size);
        printf(" %.1f", times[i][rounds / 2]);
    }
    printf(" %lu\n", (unsigned long)sum);
}
