// SPDX-License-Identifier: GPL-2.0-only OR MIT

import CEBPFHelpers

/// A section in which what RCU protects stays: it exists in the body of ``withRCU(_:)`` only, and what it hands out, too.
///
/// Linux 6.2.
@frozen public struct RCUSection: ~Copyable, ~Escapable {
    // It depends on nothing that the compiler could see; that it ends with the body, the body's parameter says.
    @_lifetime(immortal) @inline(__always) @usableFromInline init() {}

    /// A structure of the kernel, such as an argument of the program, to be followed from: what its fields point to stays as long as this section.
    @_lifetime(borrow self)
    @inline(__always) public func pointer<Pointee: KernelType>(_ structure: TrustedPointer<Pointee>) -> RCUPointer<Pointee> {
        RCUPointer(address: structure.address)
    }
}

/// Does something in a section in which what RCU protects stays: pointers of the kernel's structures that are marked so may be read, and are trusted there.
///
///     withRCU { section in
///         parent.value = section.pointer(task).real_parent.tgid
///     }
///
/// A program that does not sleep is in such a section all the time; one that may sleep must say where. Nothing that may sleep can be called inside, and no
/// pointer of the section can leave it: Swift refuses that.
/// Linux 6.2. `kernel/bpf/helpers.c`: `bpf_rcu_read_lock`.
@inline(__always) public func withRCU<Answer: ~Copyable>(_ body: (borrowing RCUSection) -> Answer) -> Answer {
    bpf_rcu_read_lock()
    let answer = body(RCUSection())
    bpf_rcu_read_unlock()
    return answer
}

@section(".ksyms") @inline(never) @_optimize(none)
@usableFromInline func bpf_rcu_read_lock() { kernelFunction() }

@section(".ksyms") @inline(never) @_optimize(none)
@usableFromInline func bpf_rcu_read_unlock() { kernelFunction() }
