// SPDX-License-Identifier: GPL-2.0-only OR MIT

import EBPFKernel

struct Request: BitwiseCopyable {
    var flags: UInt64
    var source: CString<64>
    var target: CString<64>
    var type: CString<16>
}

struct Mount: BitwiseCopyable {
    var process: UInt32
    var result: Int32
    var request: Request
}

/// The thread to look at; 0 is every one.
let target = Constant<UInt32>(0)

/// What a thread has asked for.
let asked = HashMap<UInt32, Request>(maxEntries: 1024)

let mounts = RingBuffer<Mount>(byteCount: 64 * 1024)

@section("tracepoint/syscalls/sys_enter_mount")
func mount_begins(_ context: TracepointContext<trace_event_raw_sys_enter>) -> Int32 {
    let thread = currentProcess.threadID
    guard target.value == 0 || target.value == thread else { return 0 }
    var request = Request(flags: UInt64(context.args[3]), source: CString(), target: CString(), type: CString())
    request.source.read(user: UserPointer(address: context.args[0]))
    request.target.read(user: UserPointer(address: context.args[1]))
    request.type.read(user: UserPointer(address: context.args[2]))
    asked.update(thread, request)
    return 0
}

@section("tracepoint/syscalls/sys_exit_mount")
func mount_ends(_ context: TracepointContext<trace_event_raw_sys_exit>) -> Int32 {
    let thread = currentProcess.threadID
    guard let request = asked.lookup(thread) else { return 0 }
    if let slot = mounts.reserve() {
        slot.record.process = currentProcess.id
        slot.record.result = Int32(truncatingIfNeeded: context.ret)
        slot.record.request = request.pointee
        slot.submit()
    }
    asked.remove(thread)
    return 0
}
