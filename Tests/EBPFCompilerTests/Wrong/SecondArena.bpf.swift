// SPDX-License-Identifier: GPL-2.0-only OR MIT
// Mistake: two arenas, of which a pointer could be in either
// Refused by: the kernel-half compiler
// In C: compiles; the verifier, where a program names both: `Only one arena per program`

import EBPFKernel

let heap = Arena(pageCount: 4)
let other = Arena(pageCount: 4)  // error: 'other' is a second arena, beside 'heap'

@section("syscall")
func takes_a_page(_ context: SystemCallContext<UInt64>) -> Int32 {
    guard let page = heap.allocatePages(1), let another = other.allocatePages(1) else { return -12 }
    page[0] = another[0]
    return 0
}
