// SPDX-License-Identifier: GPL-2.0-only OR MIT

import EBPFKernel

struct trace_event_raw_inet_sock_set_state: KernelType {
    var skaddr: UnsafeRawPointer
    var oldstate: Int32
    var newstate: Int32
    var sport: UInt16
    var dport: UInt16
    var `protocol`: UInt16
}

struct Change: BitwiseCopyable {
    /// Nanoseconds in the state that is left; 0 where nobody saw it begin.
    var duration: UInt64
    /// `TCP_...` of `include/net/tcp_states.h`: 1 is established, 7 closed.
    var from: Int32
    var to: Int32
    var localPort: UInt16
    var remotePort: UInt16
}

/// When a socket came into its state.
let since = HashMap<UInt64, UInt64>(maxEntries: 10_240)

let changes = RingBuffer<Change>(byteCount: 256 * 1024)

@section("tracepoint/sock/inet_sock_set_state")
func state_changes(_ context: TracepointContext<trace_event_raw_inet_sock_set_state>) -> Int32 {
    guard context.protocol == 6 else { return 0 }
    let now = monotonicTime
    let socket = UInt64(UInt(bitPattern: context.skaddr))
    let start = since.lookup(socket)?.pointee ?? now
    if context.newstate == 7 { since.remove(socket) } else { since.update(socket, now) }
    changes.send(
        Change(duration: now &- start, from: context.oldstate, to: context.newstate, localPort: context.sport, remotePort: context.dport))
    return 0
}
