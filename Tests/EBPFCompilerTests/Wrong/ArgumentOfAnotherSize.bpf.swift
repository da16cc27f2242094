// SPDX-License-Identifier: GPL-2.0-only OR MIT
// Mistake: an argument is taken for a number of another size
// Refused by: the kernel-half compiler, where there is BTF
// In C: compiles and loads; the upper half is whatever the register held

import EBPFKernel

struct filename: KernelType { var name: KernelPointer<UInt8> }

@section("fentry/do_unlinkat")
func takes_a_short_number_for_a_long_one(directory: Int, name: TrustedPointer<filename>) {  // error: takes 'directory' as a number of 8 bytes
    if directory < 0 { log("relative") }
}
