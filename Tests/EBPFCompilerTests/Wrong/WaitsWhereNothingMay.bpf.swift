// SPDX-License-Identifier: GPL-2.0-only OR MIT
// Mistake: a program that must not wait reads memory of user space that may have to be fetched
// Refused by: the kernel-half compiler
// In C: compiles; the verifier: `helper call might sleep in a non-sleepable prog`

import EBPFKernel

let copied = Variable<UInt64>(0)

@section("fentry/do_sys_openat2")
func copies(directory: Int32, name: UserPointer<UInt64>) {
    copied.value = name.fetch() ?? 0  // error: bpf_copy_from_user may wait, and 'copies' is no program that may: it is one in section
}
