// SPDX-License-Identifier: GPL-2.0-only OR MIT
// Mistake: no function says where it is attached
// Refused by: the kernel-half compiler
// Error at 1: there is no program here
// In C: compiles and loads; there is nothing that could be attached

import EBPFKernel

func counts(_ context: TracepointContext<trace_event_raw_sys_enter>) -> Int32 {
    0
}
