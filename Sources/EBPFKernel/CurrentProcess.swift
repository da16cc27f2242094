// SPDX-License-Identifier: GPL-2.0-only OR MIT

import CEBPFHelpers

/// The process and thread on whose behalf the program runs.
@frozen public struct CurrentProcess: BitwiseCopyable, Sendable {
    @inline(__always) @usableFromInline init() {}

    /// The process: what user space calls its pid, and the kernel `tgid`.
    @inline(__always) public var id: UInt32 { UInt32(truncatingIfNeeded: bpf_get_current_pid_tgid() &>> 32) }
    /// The thread: what the kernel calls `pid`.
    @inline(__always) public var threadID: UInt32 { UInt32(truncatingIfNeeded: bpf_get_current_pid_tgid()) }
    /// Both in one: the process in the upper half, the thread in the lower.
    @inline(__always) public var processAndThreadID: UInt64 { bpf_get_current_pid_tgid() }
    /// The user.
    @inline(__always) public var userID: UInt32 { UInt32(truncatingIfNeeded: bpf_get_current_uid_gid()) }
    /// The group.
    @inline(__always) public var groupID: UInt32 { UInt32(truncatingIfNeeded: bpf_get_current_uid_gid() &>> 32) }
    /// The name of the command.
    @inline(__always) public var command: CString<16> {
        // The kernel fills all of it.
        withUnsafeTemporaryAllocation(byteCount: 16, alignment: 8) { room in
            let place = room.baseAddress.unsafelyUnwrapped
            _ = bpf_get_current_comm(place, 16)
            return place.load(as: CString<16>.self)
        }
    }
}

/// The process and thread on whose behalf the program runs.
@inline(__always) public var currentProcess: CurrentProcess { CurrentProcess() }

/// The `task_struct` of the thread that runs, of which the kernel half declares what it reads. Linux 4.8.
@inline(__always) public func currentTask<Task: KernelType>(as type: Task.Type = Task.self) -> KernelPointer<Task> {
    KernelPointer(address: UInt(bpf_get_current_task()))
}

/// Nanoseconds since the machine started, without the time that it slept: the kernel's `CLOCK_MONOTONIC`.
@inline(__always) public var monotonicTime: UInt64 { bpf_ktime_get_ns() }

/// The CPU that runs the program.
@inline(__always) public var currentCPU: UInt32 { bpf_get_smp_processor_id() }
