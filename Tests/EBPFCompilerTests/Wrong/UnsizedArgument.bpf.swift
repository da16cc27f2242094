// SPDX-License-Identifier: GPL-2.0-only OR MIT
// Mistake: an argument that no register holds
// Refused by: the kernel-half compiler
// In C: compiles; the verifier: `R2 !read_ok`, or the macro of libbpf does not take it

import EBPFKernel

struct Pair: BitwiseCopyable { var first: UInt64; var second: UInt64 }

@section("kprobe/do_unlinkat")
func takes_two_in_one(pair: Pair) {  // error: the program 'takes_two_in_one' takes what no register holds
    if pair.first == pair.second { log("same") }
}
