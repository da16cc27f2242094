// SPDX-License-Identifier: Apache-2.0
// burst COUNT PATH : waits for a line, opens and closes PATH so many times, prints the nanoseconds that each took, and waits again.
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

int main(int count, char **words) {
    if (count != 3)
        return 2;
    int rounds = atoi(words[1]);
    struct timespec begin, end;
    char line[2];
    while (read(0, line, 2) > 0) {
        clock_gettime(CLOCK_MONOTONIC, &begin);
        for (int i = 0; i < rounds; i++)
            close(open(words[2], O_RDONLY));
        clock_gettime(CLOCK_MONOTONIC, &end);
        printf("%ld\n", ((end.tv_sec - begin.tv_sec) * 1000000000L + end.tv_nsec - begin.tv_nsec) / rounds);
        fflush(stdout);
    }
    return 0;
}
