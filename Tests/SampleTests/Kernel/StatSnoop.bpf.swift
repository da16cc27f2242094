// SPDX-License-Identifier: GPL-2.0-only OR MIT

import EBPFKernel

struct Question: BitwiseCopyable {
    var process: UInt32
    var result: Int32
    var command: CString<16>
    var path: CString<128>
}

/// The thread to look at; 0 is every one.
let target = Constant<UInt32>(0)

/// Where the path lies that a thread has asked for.
let paths = HashMap<UInt32, UInt>(maxEntries: 10_240)

let questions = RingBuffer<Question>(byteCount: 256 * 1024)

@inline(__always) func begins(_ path: UInt) -> Int32 {
    let thread = currentProcess.threadID
    guard target.value == 0 || target.value == thread else { return 0 }
    paths.update(thread, path)
    return 0
}

@inline(__always) func ends(_ result: Int) -> Int32 {
    let thread = currentProcess.threadID
    guard let path = paths.lookup(thread)?.pointee else { return 0 }
    paths.remove(thread)
    guard let slot = questions.reserve() else { return 0 }
    slot.record.process = currentProcess.id
    slot.record.result = Int32(truncatingIfNeeded: result)
    slot.record.command = currentProcess.command
    slot.record.path.read(user: UserPointer(address: path))
    slot.submit()
    return 0
}

@section("tracepoint/syscalls/sys_enter_newfstatat")
func enter_newfstatat(_ context: TracepointContext<trace_event_raw_sys_enter>) -> Int32 { begins(context.args[1]) }

@section("tracepoint/syscalls/sys_exit_newfstatat")
func exit_newfstatat(_ context: TracepointContext<trace_event_raw_sys_exit>) -> Int32 { ends(context.ret) }

@section("tracepoint/syscalls/sys_enter_statx")
func enter_statx(_ context: TracepointContext<trace_event_raw_sys_enter>) -> Int32 { begins(context.args[1]) }

@section("tracepoint/syscalls/sys_exit_statx")
func exit_statx(_ context: TracepointContext<trace_event_raw_sys_exit>) -> Int32 { ends(context.ret) }
