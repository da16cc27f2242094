// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include <ebpf/kernel.h>

LICENSE("Dual MIT/GPL");

// What clang 22 makes of a switch with many cases: a table of places in section .jumptables, and a jump to what stands there (gotox, which older
// assemblers do not know by name).
SEC("?syscall") __attribute__((naked)) int jumps(u64 *which) {
    asm volatile("r1 = *(u64 *)(r1 + 0)\n"
                 "if r1 > 2 goto 4f\n"
                 "r1 <<= 3\n"
                 "r2 = BPF.JT.0.0 ll\n"
                 "r2 += r1\n"
                 "r1 = *(u64 *)(r2 + 0)\n"
                 ".byte 0x0d, 1, 0, 0, 0, 0, 0, 0\n"
                 "1: r0 = 10\n"
                 "exit\n"
                 "2: r0 = 21\n"
                 "exit\n"
                 "3: r0 = 32\n"
                 "exit\n"
                 "4: r0 = 99\n"
                 "exit\n"
                 ".pushsection .jumptables, \"\", @progbits\n"
                 ".globl BPF.JT.0.0\n"
                 ".type BPF.JT.0.0, @object\n"
                 "BPF.JT.0.0:\n"
                 // The third stands in front of the second.
                 ".quad 1b - jumps, 3b - jumps, 2b - jumps\n"
                 ".size BPF.JT.0.0, 24\n"
                 ".popsection\n");
}
