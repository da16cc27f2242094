// SPDX-License-Identifier: GPL-2.0-only OR MIT
// Mistake: a text is taken as an argument, of which the function gets the address
// Refused by: the kernel-half compiler
// In C: clang takes an array among parameters for a pointer

import EBPFKernel

@section("uprobe/libc.so.6:setenv")
func reads_the_name(name: CString<32>) {  // error: the program 'reads_the_name' takes what no register holds
    log("%s", name)
}
