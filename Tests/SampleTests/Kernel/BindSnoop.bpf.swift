// SPDX-License-Identifier: GPL-2.0-only OR MIT

import EBPFKernel

/// `struct sockaddr_in`, as processes pass it.
struct SocketAddress: BitwiseCopyable {
    var family: UInt16
    var port: UInt16
    var address: IPv4Address
}

struct Binding: BitwiseCopyable {
    var process: UInt32
    var descriptor: Int32
    var address: IPv4Address
    var port: UInt16
    var reserved: UInt16
    var command: CString<16>
}

/// The process to look at; 0 is every one.
let target = Constant<UInt32>(0)

let bindings = RingBuffer<Binding>(byteCount: 64 * 1024)

@section("tracepoint/syscalls/sys_enter_bind")
func socket_is_bound(_ context: TracepointContext<trace_event_raw_sys_enter>) -> Int32 {
    let process = currentProcess.id
    guard target.value == 0 || target.value == process else { return 0 }
    // AF_INET is 2.
    guard let place = UserPointer<SocketAddress>(address: context.args[1]).read(), place.family == 2 else { return 0 }
    bindings.send(
        Binding(
            process: process, descriptor: Int32(truncatingIfNeeded: context.args[0]), address: place.address, port: UInt16(bigEndian: place.port),
            reserved: 0, command: currentProcess.command))
    return 0
}
