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

/// Whether the kernel that runs has a function which is declared here. Where one is asked for in this way, a kernel that lacks it takes the program all the
/// same: what stands behind the question is left out there. What gives back what the function answers is asked for with it.
///
///     if kernelHasFunction("bpf_task_from_vpid") { task = bpf_task_from_vpid(1) }
///
/// Its types must be those of the kernel's where the kernel has it. Every kernel takes the question; Linux 5.18 has the first such functions for programs.
///
/// - Parameter name: a text, the name of a function that the kernel half calls; another is refused when it is compiled.
@inline(__always) public func kernelHasFunction(_ name: StaticString) -> Bool {
    ebpf_function_exists(UnsafeRawPointer(name.utf8Start).assumingMemoryBound(to: CChar.self)) != 0
}
