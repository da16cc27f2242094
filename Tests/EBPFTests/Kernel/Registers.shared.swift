// SPDX-License-Identifier: GPL-2.0-only OR MIT

import EBPFKernel

// What several kernel halves of this directory name.

/// What a system call's function is called with.
struct pt_regs: KernelType {}
