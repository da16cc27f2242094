// SPDX-License-Identifier: GPL-2.0-only OR MIT

// A function as it lies in a structure of its own is its address and what it has captured; what is generic would put another function in front of it.
// So each kind of program has a structure here. Programs whose context is generic, or that take arguments, are put in by user space.

extension ProgramReference where Context == XDPContext {
    /// A program of section `xdp`.
    @inline(__always) public init(_ program: @escaping (XDPContext) -> XDPAction) {
        self.init(address: unsafeBitCast(XDPFunction(call: program), to: (UInt, UInt).self).0)
    }
}

extension ProgramReference where Context == TrafficContext {
    /// A program of traffic control.
    @inline(__always) public init(_ program: @escaping (TrafficContext) -> TrafficAction) {
        self.init(address: unsafeBitCast(TrafficFunction(call: program), to: (UInt, UInt).self).0)
    }
}

extension ProgramReference where Context == CgroupPacketContext {
    /// A program of sections `cgroup_skb/...`.
    @inline(__always) public init(_ program: @escaping (CgroupPacketContext) -> CgroupVerdict) {
        self.init(address: unsafeBitCast(CgroupPacketFunction(call: program), to: (UInt, UInt).self).0)
    }
}

extension ProgramReference where Context == SocketFilterContext {
    /// A program of section `socket`.
    @inline(__always) public init(_ program: @escaping (SocketFilterContext) -> SocketVerdict) {
        self.init(address: unsafeBitCast(SocketFilterFunction(call: program), to: (UInt, UInt).self).0)
    }
}

extension ProgramReference where Context == SocketEventContext {
    /// A program of section `sockops`.
    @inline(__always) public init(_ program: @escaping (SocketEventContext) -> CgroupVerdict) {
        self.init(address: unsafeBitCast(SocketEventFunction(call: program), to: (UInt, UInt).self).0)
    }
}

extension ProgramReference where Context == StreamContext {
    /// A program of sections `sk_skb/...`.
    @inline(__always) public init(_ program: @escaping (StreamContext) -> StreamVerdict) {
        self.init(address: unsafeBitCast(StreamFunction(call: program), to: (UInt, UInt).self).0)
    }
}

extension ProgramReference where Context == MessageContext {
    /// A program of section `sk_msg`.
    @inline(__always) public init(_ program: @escaping (MessageContext) -> StreamVerdict) {
        self.init(address: unsafeBitCast(MessageFunction(call: program), to: (UInt, UInt).self).0)
    }
}

extension ProgramReference where Context == TunnelContext {
    /// A program of sections `lwt_...`.
    @inline(__always) public init(_ program: @escaping (TunnelContext) -> TunnelAction) {
        self.init(address: unsafeBitCast(TunnelFunction(call: program), to: (UInt, UInt).self).0)
    }
}

extension ProgramReference where Context == FlowDissectorContext {
    /// A program of section `flow_dissector`.
    @inline(__always) public init(_ program: @escaping (FlowDissectorContext) -> TunnelAction) {
        self.init(address: unsafeBitCast(FlowDissectorFunction(call: program), to: (UInt, UInt).self).0)
    }
}

extension ProgramReference where Context == RawTracepointContext {
    /// A program of section `raw_tp`.
    @inline(__always) public init(_ program: @escaping (RawTracepointContext) -> Int32) {
        self.init(address: unsafeBitCast(RawTracepointFunction(call: program), to: (UInt, UInt).self).0)
    }
}

extension ProgramReference where Context == ProbeContext {
    /// A program of a probe (`kprobe`, `uprobe` and those of their kind).
    @inline(__always) public init(_ program: @escaping (ProbeContext) -> Int32) {
        self.init(address: unsafeBitCast(ProbeFunction(call: program), to: (UInt, UInt).self).0)
    }
}

extension ProgramReference where Context == PerfEventContext {
    /// A program of section `perf_event`.
    @inline(__always) public init(_ program: @escaping (PerfEventContext) -> Int32) {
        self.init(address: unsafeBitCast(PerfEventFunction(call: program), to: (UInt, UInt).self).0)
    }
}

@frozen @usableFromInline struct XDPFunction {
    @usableFromInline let call: (XDPContext) -> XDPAction
    @inline(__always) @usableFromInline init(call: @escaping (XDPContext) -> XDPAction) { self.call = call }
}

@frozen @usableFromInline struct TrafficFunction {
    @usableFromInline let call: (TrafficContext) -> TrafficAction
    @inline(__always) @usableFromInline init(call: @escaping (TrafficContext) -> TrafficAction) { self.call = call }
}

@frozen @usableFromInline struct CgroupPacketFunction {
    @usableFromInline let call: (CgroupPacketContext) -> CgroupVerdict
    @inline(__always) @usableFromInline init(call: @escaping (CgroupPacketContext) -> CgroupVerdict) { self.call = call }
}

@frozen @usableFromInline struct SocketFilterFunction {
    @usableFromInline let call: (SocketFilterContext) -> SocketVerdict
    @inline(__always) @usableFromInline init(call: @escaping (SocketFilterContext) -> SocketVerdict) { self.call = call }
}

@frozen @usableFromInline struct SocketEventFunction {
    @usableFromInline let call: (SocketEventContext) -> CgroupVerdict
    @inline(__always) @usableFromInline init(call: @escaping (SocketEventContext) -> CgroupVerdict) { self.call = call }
}

@frozen @usableFromInline struct StreamFunction {
    @usableFromInline let call: (StreamContext) -> StreamVerdict
    @inline(__always) @usableFromInline init(call: @escaping (StreamContext) -> StreamVerdict) { self.call = call }
}

@frozen @usableFromInline struct MessageFunction {
    @usableFromInline let call: (MessageContext) -> StreamVerdict
    @inline(__always) @usableFromInline init(call: @escaping (MessageContext) -> StreamVerdict) { self.call = call }
}

@frozen @usableFromInline struct TunnelFunction {
    @usableFromInline let call: (TunnelContext) -> TunnelAction
    @inline(__always) @usableFromInline init(call: @escaping (TunnelContext) -> TunnelAction) { self.call = call }
}

@frozen @usableFromInline struct FlowDissectorFunction {
    @usableFromInline let call: (FlowDissectorContext) -> TunnelAction
    @inline(__always) @usableFromInline init(call: @escaping (FlowDissectorContext) -> TunnelAction) { self.call = call }
}

@frozen @usableFromInline struct RawTracepointFunction {
    @usableFromInline let call: (RawTracepointContext) -> Int32
    @inline(__always) @usableFromInline init(call: @escaping (RawTracepointContext) -> Int32) { self.call = call }
}

@frozen @usableFromInline struct ProbeFunction {
    @usableFromInline let call: (ProbeContext) -> Int32
    @inline(__always) @usableFromInline init(call: @escaping (ProbeContext) -> Int32) { self.call = call }
}

@frozen @usableFromInline struct PerfEventFunction {
    @usableFromInline let call: (PerfEventContext) -> Int32
    @inline(__always) @usableFromInline init(call: @escaping (PerfEventContext) -> Int32) { self.call = call }
}
