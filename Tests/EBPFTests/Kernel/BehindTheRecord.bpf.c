// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include <ebpf/kernel.h>

LICENSE("Dual MIT/GPL");

u64 seen = 0;

// The verifier allows any place below 8,192 bytes; where the record ends, only the tracepoint knows.
SEC("tp/syscalls/sys_enter_getpgid")
int reads_behind(u8 *record) {
    seen = *(u64 *)(record + 4096);
    return 0;
}
