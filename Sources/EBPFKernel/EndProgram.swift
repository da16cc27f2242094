// SPDX-License-Identifier: GPL-2.0-only OR MIT

import CEBPFHelpers

/// Ends the program at once, wherever it is, also in a function that it calls: an exception that nobody catches.
///
/// The verifier demands that nothing is held there: what has a `deinit` must be released before. Linux 6.7, on x86-64 (arm64 6.10).
/// `kernel/bpf/helpers.c`: `bpf_throw`.
///
/// - Parameter answer: what the program answers; it must be one that programs of this type may answer.
@inline(__always) public func endProgram(answering answer: UInt64) -> Never {
    bpf_throw(answer)
    // The kernel does not come back from there; Swift wants to see that nothing follows.
    fatalError()
}

@section(".ksyms") @inline(never) @_optimize(none)
@usableFromInline func bpf_throw(_ cookie: UInt64) { kernelFunction() }
