// SPDX-License-Identifier: GPL-2.0-only OR MIT

import EBPFKernel

// What the user half asks for; zero (for the uid: all ones) asks for everything.
let targetPID = Constant<UInt32>(0)
let targetTID = Constant<UInt32>(0)
let targetUID = Constant<UInt32>(.max)
let onlyFailed = Constant<Bool>(false)
// A part of the command's name; its length 0 asks for everything.
let targetName = Constant<CString<16>>(CString())
let targetNameLength = Constant<UInt32>(0)

let opens = EventStream(byteCount: 512 * 1024)

/// An open that has begun and not yet returned.
struct PendingOpen: BitwiseCopyable {
    var path: UserPointer<UInt8>
    var flags: Int32
    var mode: UInt32
}

let pending = HashMap<UInt32, PendingOpen>(maxEntries: 10_240)

/// A record while it is put together: too large for the stack.
struct Record: BitwiseCopyable {
    var event: OpenEvent
    var path: CString<4096>
}

let scratch = PerCPUArrayMap<Record>(maxEntries: 1)

/// `struct open_how` of `include/uapi/linux/openat2.h`, which user space passes.
struct OpenHow: BitwiseCopyable {
    var flags: UInt64
    var mode: UInt64
    var resolve: UInt64
}

/// Whether the wanted name stands in the command at `start`.
func nameStands(at start: Int, in command: CString<16>) -> Bool {
    for index in 0..<15 {
        if index >= Int(targetNameLength.value) { return true }
        if start &+ index >= 15 || command[(start &+ index) & 15] != targetName.value[index] { return false }
    }
    return true
}

func nameIsWanted() -> Bool {
    guard targetNameLength.value != 0 else { return true }
    let command = currentProcess.command
    for start in 0..<15 {
        if start &+ Int(targetNameLength.value) > 15 { return false }
        if nameStands(at: start, in: command) { return true }
    }
    return false
}

func isWanted() -> Bool {
    let id = currentProcess.processAndThreadID
    if targetPID.value != 0, targetPID.value != UInt32(truncatingIfNeeded: id >> 32) { return false }
    if targetTID.value != 0, targetTID.value != UInt32(truncatingIfNeeded: id) { return false }
    if targetUID.value != .max, targetUID.value != currentProcess.userID { return false }
    return nameIsWanted()
}

func enter(path: UInt, flags: UInt, mode: UInt) -> Int32 {
    guard isWanted() else { return 0 }
    let open = PendingOpen(path: UserPointer(address: path), flags: Int32(truncatingIfNeeded: flags), mode: UInt32(truncatingIfNeeded: mode))
    // With too many opens under way, this one is lost as well.
    if pending.update(currentProcess.threadID, open) < 0 { opens.countDropped() }
    return 0
}

func leave(_ context: TracepointContext<trace_event_raw_sys_exit>) -> Int32 {
    let id = currentProcess.processAndThreadID
    let thread = UInt32(truncatingIfNeeded: id)
    guard let found = pending.lookup(thread) else { return 0 }
    let open = found.pointee
    pending.remove(thread)
    let result = context.ret
    guard let record = scratch.lookup(0), !onlyFailed.value || result < 0 else { return 0 }
    record.pointee.event.time = monotonicTime
    record.pointee.event.pid = UInt32(truncatingIfNeeded: id >> 32)
    record.pointee.event.tid = thread
    record.pointee.event.uid = currentProcess.userID
    record.pointee.event.result = Int32(truncatingIfNeeded: result)
    record.pointee.event.flags = open.flags
    // Without these flags (O_CREAT, O_TMPFILE) the argument is whatever the register held.
    record.pointee.event.mode = open.flags & 0o20_000_100 != 0 ? open.mode : 0
    record.pointee.event.command.readCommand()
    // The path was read by the system call: it is in memory now, which it need not have been on entry.
    var length = record.pointee.path.read(user: open.path)
    if length <= 0 {
        record.pointee.path[0] = 0
        length = 1
    }
    let byteCount = UInt64(MemoryLayout<OpenEvent>.size) &+ UInt64(truncatingIfNeeded: length) & 8191
    opens.send(record, byteCount: byteCount, from: context)
    return 0
}

@section("tracepoint/syscalls/sys_enter_open")
func enter_open(_ context: TracepointContext<trace_event_raw_sys_enter>) -> Int32 {
    enter(path: context.args[0], flags: context.args[1], mode: context.args[2])
}

@section("tracepoint/syscalls/sys_enter_openat")
func enter_openat(_ context: TracepointContext<trace_event_raw_sys_enter>) -> Int32 {
    enter(path: context.args[1], flags: context.args[2], mode: context.args[3])
}

@section("tracepoint/syscalls/sys_enter_openat2")
func enter_openat2(_ context: TracepointContext<trace_event_raw_sys_enter>) -> Int32 {
    let how = UserPointer<OpenHow>(address: context.args[2]).read() ?? OpenHow(flags: 0, mode: 0, resolve: 0)
    return enter(path: context.args[1], flags: UInt(how.flags), mode: UInt(how.mode))
}

@section("tracepoint/syscalls/sys_exit_open")
func exit_open(_ context: TracepointContext<trace_event_raw_sys_exit>) -> Int32 { leave(context) }

@section("tracepoint/syscalls/sys_exit_openat")
func exit_openat(_ context: TracepointContext<trace_event_raw_sys_exit>) -> Int32 { leave(context) }

@section("tracepoint/syscalls/sys_exit_openat2")
func exit_openat2(_ context: TracepointContext<trace_event_raw_sys_exit>) -> Int32 { leave(context) }
