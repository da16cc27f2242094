// SPDX-License-Identifier: Apache-2.0
#include "namespaces.h"

// The counter of those who trace the probe trial:counted, which the kernel changes.
volatile unsigned short tracers __attribute__((section(".probes"))) = 0;
unsigned short count_tracers(void) { return tracers; }

// A function whose instructions are known, with a probe that it declares (USDT, the layout of SystemTap's sdt.h): provider 'trial', name 'called', a
// counter of those who trace, and three arguments.
#if defined(__x86_64__)
__asm__(".text\n"
        ".globl probed_function\n"
        ".type probed_function, @function\n"
        "probed_function:\n"
        "    nop\n"
        "probed_place:\n"
        "    nop\n"
        "    lea 1(%rdi), %eax\n"
        "    ret\n"
        ".size probed_function, . - probed_function\n"
        ".pushsection .probes, \"aw\", @progbits\n"
        ".globl probe_counter\n"
        "probe_counter: .short 0\n"
        ".popsection\n"
        ".pushsection .note.stapsdt, \"\", @note\n"
        ".balign 4\n"
        ".long 2f - 1f, 4f - 3f, 3\n"
        "1: .asciz \"stapsdt\"\n"
        "2: .balign 4\n"
        "3: .quad probed_place\n"
        ".quad _.stapsdt.base\n"
        ".quad probe_counter\n"
        ".asciz \"trial\"\n"
        ".asciz \"called\"\n"
        ".asciz \"-4@%edi 8@%rsi 4@$7\"\n"
        "4: .balign 4\n"
        ".popsection\n"
        ".pushsection .stapsdt.base, \"aG\", @progbits, .stapsdt.base, comdat\n"
        ".weak _.stapsdt.base\n"
        ".hidden _.stapsdt.base\n"
        "_.stapsdt.base: .space 1\n"
        ".size _.stapsdt.base, 1\n"
        ".popsection\n");
#elif defined(__aarch64__)
__asm__(".text\n"
        ".globl probed_function\n"
        ".type probed_function, %function\n"
        "probed_function:\n"
        "    nop\n"
        "probed_place:\n"
        "    nop\n"
        "    add w0, w0, 1\n"
        "    ret\n"
        ".size probed_function, . - probed_function\n"
        ".pushsection .probes, \"aw\"\n"
        ".globl probe_counter\n"
        "probe_counter: .short 0\n"
        ".popsection\n"
        ".pushsection .note.stapsdt, \"\", %note\n"
        ".balign 4\n"
        ".word 2f - 1f, 4f - 3f, 3\n"
        "1: .asciz \"stapsdt\"\n"
        "2: .balign 4\n"
        "3: .quad probed_place\n"
        ".quad _.stapsdt.base\n"
        ".quad probe_counter\n"
        ".asciz \"trial\"\n"
        ".asciz \"called\"\n"
        ".asciz \"-4@w0 8@x1 4@7\"\n"
        "4: .balign 4\n"
        ".popsection\n"
        ".pushsection .stapsdt.base, \"aG\", %progbits, .stapsdt.base, comdat\n"
        ".weak _.stapsdt.base\n"
        ".hidden _.stapsdt.base\n"
        "_.stapsdt.base: .space 1\n"
        ".size _.stapsdt.base, 1\n"
        ".popsection\n");
#endif

// A probe at two places, as compilers make of a function that they inline: provider 'trial', name 'twice'. The forms of its arguments, of which the
// second place has the first in another register, are a register, memory, memory with an index and, on x86-64, a variable.
int probed_number = 42;
#define PROBE(place, name, counter, arguments)                                                                         \
    ".pushsection .note.stapsdt, \"\", " NOTE "\n"                                                                      \
    ".balign 4\n"                                                                                                      \
    ".4byte 2f - 1f, 4f - 3f, 3\n"                                                                                     \
    "1: .asciz \"stapsdt\"\n"                                                                                          \
    "2: .balign 4\n"                                                                                                   \
    "3: .8byte " place "\n"                                                                                            \
    ".8byte _.stapsdt.base\n"                                                                                          \
    ".8byte " counter "\n"                                                                                             \
    ".asciz \"trial\"\n"                                                                                               \
    ".asciz \"" name "\"\n"                                                                                            \
    ".asciz \"" arguments "\"\n"                                                                                       \
    "4: .balign 4\n"                                                                                                   \
    ".popsection\n"
#if defined(__x86_64__)
#define NOTE "@note"
__asm__(".text\n"
        ".globl probed_twice\n"
        ".type probed_twice, @function\n"
        "probed_twice:\n"
        "first_place:\n"
        "    nop\n"
        "    mov %rdi, %r10\n"
        "second_place:\n"
        "    nop\n"
        "counted_place:\n"
        "    nop\n"
        "    mov %r10, %rax\n"
        "    ret\n"
        ".size probed_twice, . - probed_twice\n"
        PROBE("first_place", "twice", "0", "-4@%edi 8@(%rsi) 8@8(%rsi,%rdi,8) 4@probed_number(%rip)")
        PROBE("second_place", "twice", "0", "-4@%r10d 8@(%rsi) 8@8(%rsi,%r10,8) 4@probed_number(%rip)")
        PROBE("counted_place", "counted", "tracers", "8@%r10")
        PROBE("second_place", "vector", "0", "8f@%xmm0"));
#elif defined(__aarch64__)
#define NOTE "%note"
__asm__(".text\n"
        ".globl probed_twice\n"
        ".type probed_twice, %function\n"
        "probed_twice:\n"
        "first_place:\n"
        "    nop\n"
        "    add x3, x1, 8\n"
        "    mov x4, x0\n"
        "second_place:\n"
        "    nop\n"
        "counted_place:\n"
        "    nop\n"
        "    mov x0, x4\n"
        "    ret\n"
        ".size probed_twice, . - probed_twice\n"
        PROBE("first_place", "twice", "0", "-4@w0 8@[x1] 8@[x1, 16] 4@42")
        PROBE("second_place", "twice", "0", "-4@w4 8@[x1] 8@[x3, x4, lsl 3] 4@42")
        PROBE("counted_place", "counted", "tracers", "8@x4")
        PROBE("second_place", "vector", "0", "8f@d0"));
#endif
