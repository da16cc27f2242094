// SPDX-License-Identifier: GPL-2.0-only OR MIT

import CEBPFHelpers

/// The body of a function that the kernel has under its name (a kfunc). The object declares it with these types, and the loader finds it in the kernel that
/// runs:
///
///     @section(".ksyms") @inline(never) @_optimize(none)
///     func bpf_task_release(_ task: UnsafeMutablePointer<task_struct>) { kernelFunction() }
///
/// The types must be those of the kernel: pointers to structures under their names, integers of the same size. Where the kernel has no such function, or one
/// of other types, loading says so. Linux 5.18. `Documentation/bpf/kfuncs.rst`.
@inline(__always) public func kernelFunction<Answer: BitwiseCopyable>() -> Answer {
    ebpf_kernel_function().unsafelyUnwrapped.load(as: Answer.self)
}

/// The body of a function of the kernel that answers nothing.
@inline(__always) public func kernelFunction() { _ = ebpf_kernel_function() }
