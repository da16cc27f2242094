// SPDX-License-Identifier: Apache-2.0
// A program whose stack is known: main -> outer -> middle -> inner, which asks for its session; a function's name each of C, C++ and Swift.
// With the argument "made", code that is made at run time stands between middle and inner, and is listed in /tmp/perf-PID.map.
// Says that it is ready by a byte, and makes its calls for each byte that it is sent.
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#define KEPT __attribute__((noinline, used))

volatile int kept;
static int (*made)(int (*)(void));

// The system call stands here itself: the C library's function has no frame of its own, which would hide this one.
KEPT int inner(void) {
    long answer;
#if defined(__x86_64__)
    __asm__ volatile("syscall" : "=a"(answer) : "a"(SYS_getsid), "D"(0) : "rcx", "r11", "memory");
#else
    register long number __asm__("x8") = SYS_getsid;
    register long argument __asm__("x0") = 0;
    __asm__ volatile("svc 0" : "+r"(argument) : "r"(number) : "memory");
    answer = argument;
#endif
    kept = (int)answer;
    return kept;
}

int middle(int number) __asm__("_ZN6symbol6middleEi");
KEPT int middle(int number) {
    kept = made ? made(inner) : inner();
    return kept + number;
}

int outer(int number) __asm__("$s5chain5outeryS2iF");
KEPT int outer(int number) {
    kept = middle(number);
    return kept + 1;
}

static void make(void) {
    // Calls what it is given, with a frame of its own.
#if defined(__x86_64__)
    static const unsigned char code[] = {0x55, 0x48, 0x89, 0xE5, 0xFF, 0xD7, 0x5D, 0xC3};
#else
    static const unsigned code[] = {0xA9BF7BFD, 0x910003FD, 0xD63F0000, 0xA8C17BFD, 0xD65F03C0};
#endif
    char path[64];
    void *memory = mmap(NULL, 4096, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    memcpy(memory, code, sizeof code);
    __builtin___clear_cache(memory, (char *)memory + sizeof code);
    snprintf(path, sizeof path, "/tmp/perf-%d.map", (int)getpid());
    FILE *map = fopen(path, "w");
    if (!map)
        return;
    fprintf(map, "%lx %zx Made::at run time\n", (unsigned long)memory, sizeof code);
    fclose(map);
    made = (int (*)(int (*)(void)))memory;
}

int main(int count, char **arguments) {
    char byte = 0;
    if (count > 1 && !strcmp(arguments[1], "made"))
        make();
    if (write(1, "r", 1) != 1)
        return 1;
    while (read(0, &byte, 1) == 1) {
        kept = outer(byte);
        if (write(1, "d", 1) != 1)
            return 1;
    }
    return 0;
}
