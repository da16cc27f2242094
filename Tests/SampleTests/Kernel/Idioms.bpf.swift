// SPDX-License-Identifier: GPL-2.0-only OR MIT

import EBPFKernel

struct task_struct: KernelType {
    var tgid: Int32
    var real_parent: KernelPointer<task_struct>
    var comm: CString<16>
}

/// The thread to look at, which user space sets before the programs are loaded; 0 is every one.
let target = Constant<UInt32>(0)

/// What user space reads at any time.
let calls = Variable<UInt64>(0)
let last = Variable<UInt64>(0)
let lot = Variable<UInt32>(0)

/// How often each bit was asked for.
let bits = ArrayMap<UInt64>(maxEntries: 64)

/// What is too large for the stack lies in a map, and is handed on from there.
struct Line: BitwiseCopyable {
    var text: CString<256>
    var rest: CString<256>
}

let room = PerCPUArrayMap<Line>(maxEntries: 1)
let lines = HashMap<UInt64, Line>(maxEntries: 16)

/// By the command of the parent.
let parents = HashMap<CString<16>, UInt64>(maxEntries: 1024)

@section("tracepoint/syscalls/sys_enter_getsid")
func getsid_is_called(_ context: TracepointContext<trace_event_raw_sys_enter>) -> Int32 {
    guard target.value == 0 || target.value == currentProcess.threadID else { return 0 }
    let asked = UInt64(context.args[0])
    last.value = asked
    calls.add(1)
    lot.value = Helpers.getPrandomU32()
    for bit in 0..<16 as Range<UInt32> where asked &>> bit & 1 != 0 {
        if let count = bits.lookup(bit) { count.add(1) }
    }
    let parent = currentTask(as: task_struct.self).real_parent
    let command = parent.comm
    if let count = parents.lookup(command) { count.add(1) } else { parents.update(command, 1) }
    if currentProcess.command == "nginx", let line = room.lookup(0) {
        line.pointee.text.readCommand()
        lines.update(asked, copying: line)
    }
    if asked == 0xFFFF { log("%s has pid %d", command, parent.tgid) }
    return 0
}
