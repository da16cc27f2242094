// SPDX-License-Identifier: GPL-2.0-only OR MIT

import CEBPFHelpers

/// Does something in a section in which what RCU protects stays: pointers of the kernel's structures that are marked so may be read, and are trusted there.
///
///     withRCU {
///         parent = task.real_parent.tgid
///     }
///
/// A program that does not sleep is in such a section all the time; one that may sleep must say where. Nothing that may sleep can be called inside.
/// Linux 6.2. `kernel/bpf/helpers.c`: `bpf_rcu_read_lock`.
@inline(__always) public func withRCU<Answer>(_ body: () -> Answer) -> Answer {
    bpf_rcu_read_lock()
    let answer = body()
    bpf_rcu_read_unlock()
    return answer
}

@section(".ksyms") @inline(never) @_optimize(none)
@usableFromInline func bpf_rcu_read_lock() { kernelFunction() }

@section(".ksyms") @inline(never) @_optimize(none)
@usableFromInline func bpf_rcu_read_unlock() { kernelFunction() }
