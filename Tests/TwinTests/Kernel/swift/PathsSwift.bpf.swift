// SPDX-License-Identifier: GPL-2.0-only OR MIT

import EBPFKernel

// Which files below a directory are asked for; the others' reservations are given back.

let target = Constant<UInt32>(0)
let directory = Constant<CString<32>>(CString())
let length = Constant<UInt32>(0)

struct Request: BitwiseCopyable {
    var time: UInt64
    var process: UInt32
    var size: Int32
    var path: CString<128>
}

let requests = RingBuffer<Request>(byteCount: 64 * 1024)
let elsewhere = Variable<UInt64>(0)

func isBelow(_ path: borrowing CString<128>) -> Bool {
    for index in 0..<32 {
        if index >= length.value { return true }
        if path[index] != directory.value[index] { return false }
    }
    return true
}

@section("tracepoint/syscalls/sys_enter_faccessat")
func file_asked_for(_ context: TracepointContext<trace_event_raw_sys_enter>) -> Int32 {
    let id = currentProcess.processAndThreadID
    guard target.value == 0 || target.value == UInt32(truncatingIfNeeded: id) else { return 0 }
    guard let slot = requests.reserve() else { return 0 }
    let size = slot.record.path.read(user: UserPointer(address: context.args[1]))
    guard size >= 0, isBelow(slot.record.path) else {
        elsewhere.add(1)
        return 0
    }
    slot.record.size = Int32(truncatingIfNeeded: size)
    slot.record.time = monotonicTime
    slot.record.process = UInt32(id >> 32)
    slot.submit()
    return 0
}
