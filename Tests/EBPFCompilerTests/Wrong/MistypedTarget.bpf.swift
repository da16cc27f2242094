// SPDX-License-Identifier: GPL-2.0-only OR MIT
// Mistake: the function that a program is attached to is mistyped
// Refused by: the kernel-half compiler, where there is BTF (a warning)
// In C: compiles; libbpf: `failed to find kernel BTF type ID of 'vfs_openn'`

import EBPFKernel

@section("fentry/vfs_openn")  // warning: this kernel's types have no function 'vfs_openn'; they have 'vfs_open'
func sees(_ context: FunctionContext) { log("open") }
