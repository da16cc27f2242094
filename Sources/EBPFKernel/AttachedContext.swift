// SPDX-License-Identifier: GPL-2.0-only OR MIT

import CEBPFHelpers

/// What programs are called with that may be attached in several places, each with a number of its own: at tracepoints, functions, events.
public protocol AttachedContext: ProgramContext {}

extension AttachedContext {
    /// The number that whoever attached the program gave this attachment; 0 where there is none. Linux 5.15; at functions by `fentry` and its like 5.19;
    /// at raw and typed tracepoints 6.10.
    @inline(__always) public var cookie: UInt64 { bpf_get_attach_cookie(address) }
}

extension TracepointContext: AttachedContext {}
extension RawTracepointContext: AttachedContext {}
extension BTFTracepointContext: AttachedContext {}
