// SPDX-License-Identifier: GPL-2.0-only OR MIT

import EBPFKernel

// Every system call of a thread, by what it is about.

let target = Constant<UInt32>(0)

let kinds = ArrayMap<UInt64>(maxEntries: 8)

func kind(_ number: UInt64) -> UInt32 {
    switch number {
    case 0, 17, 19: 1  // read, pread64, readv
    case 1, 18, 20: 2  // write, pwrite64, writev
    case 2, 257, 437: 3  // open, openat, openat2
    case 3, 436: 4  // close, close_range
    case 39, 110, 121, 124: 5  // getpid, getppid, getpgid, getsid
    default: 0
    }
}

@section("raw_tp/sys_enter")
func any_call(_ context: RawTracepointContext) -> Int32 {
    guard target.value == currentProcess.threadID else { return 0 }
    if let count = kinds.lookup(kind(context.argument(1))) { count.add(1) }
    return 0
}
