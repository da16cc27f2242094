// SPDX-License-Identifier: GPL-2.0-only OR MIT
// Mistake: an argument is taken for another structure than it points to
// Refused by: the kernel-half compiler, where there is BTF
// In C: compiles; the verifier refuses it where the fields do not fit, and else it reads what is there

import EBPFKernel

struct cred: KernelType { var usage: Int32 }

@section("lsm/task_getpgid")
func takes_a_task_for_credentials(credentials: TrustedPointer<cred>) -> AccessDecision {  // error: takes 'credentials' as a pointer to 'cred'
    credentials.usage > 0 ? .allow : .deny
}
