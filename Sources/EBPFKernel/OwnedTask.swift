// SPDX-License-Identifier: GPL-2.0-only OR MIT

import CEBPFHelpers

/// A thread of the kernel that was looked up, and cannot go away while it is held. It is given back at the end of its scope.
///
///     if let task = OwnedTask<task_struct>(id: 42) { level = task.prio }
///
/// Programs of `tp_btf`, `fentry`, `lsm`, `tc`, `syscall` and `struct_ops`. Linux 6.2. `kernel/bpf/helpers.c`: `bpf_task_from_pid`.
@dynamicMemberLookup
@frozen public struct OwnedTask<Task: KernelType>: ~Copyable {
    @usableFromInline let task: UnsafeMutablePointer<task_struct>

    /// The thread of an id, as the first namespace of processes counts them; `nil` where there is none.
    @inline(__always) public init?(id: Int32) {
        guard let task = bpf_task_from_pid(id) else { return nil }
        self.task = task
    }

    /// Holds a thread that is known otherwise, such as the one that a map keeps; `nil` where it is about to go. Linux 6.2.
    @inline(__always) public init?(_ task: TrustedPointer<Task>) {
        guard let pointer = UnsafeMutablePointer<task_struct>(bitPattern: task.address) else { return nil }
        guard let task = bpf_task_acquire(pointer) else { return nil }
        self.task = task
    }

    /// Holds a thread beyond the section of RCU in which it was found; `nil` where it leads nowhere or is about to go. Linux 6.2.
    @inline(__always) public init?(_ task: RCUPointer<Task>) { self.init(TrustedPointer<Task>(address: task.address)) }

    /// What somebody else held.
    @inline(__always) @usableFromInline init?(taking task: UnsafeMutableRawPointer?) {
        guard let task else { return nil }
        self.task = task.assumingMemoryBound(to: task_struct.self)
    }

    /// Leaves it to somebody else to give it back.
    @inline(__always) @usableFromInline consuming func given() -> UnsafeMutableRawPointer {
        let task = UnsafeMutableRawPointer(task)
        discard self
        return task
    }

    /// Gives it back now.
    @inline(__always) public consuming func release() {}

    /// Reads a field.
    public subscript<Field: KernelValue>(dynamicMember path: KeyPath<Task, Field>) -> Field {
        @_transparent get { TrustedPointer<Task>(address: UInt(bitPattern: task))[dynamicMember: path] }
    }

    @inline(__always) deinit { bpf_task_release(task) }
}

/// The kernel's structure, of which nothing is asked here.
@frozen @usableFromInline struct task_struct: BitwiseCopyable {}

@section(".ksyms") @inline(never) @_optimize(none)
@usableFromInline func bpf_task_from_pid(_ pid: Int32) -> UnsafeMutablePointer<task_struct>? { kernelFunction() }

@section(".ksyms") @inline(never) @_optimize(none)
@usableFromInline func bpf_task_release(_ p: UnsafeMutablePointer<task_struct>) { kernelFunction() }

@section(".ksyms") @inline(never) @_optimize(none)
@usableFromInline func bpf_task_acquire(_ p: UnsafeMutablePointer<task_struct>) -> UnsafeMutablePointer<task_struct>? { kernelFunction() }
