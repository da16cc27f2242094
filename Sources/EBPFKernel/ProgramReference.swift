// SPDX-License-Identifier: GPL-2.0-only OR MIT

/// A program of this kernel half, in a ``ProgramArray``. The compiler puts its name in place of the address.
@frozen public struct ProgramReference<Context: ProgramContext>: BitwiseCopyable, Sendable {
    @usableFromInline let address: UInt

    @inline(__always) @usableFromInline init(address: UInt) { self.address = address }

    /// No program: user space may put one in.
    @inline(__always) public static var none: ProgramReference { ProgramReference(address: 0) }
}

// A function as it lies in a structure of its own is its address and what it has captured; what is generic would put another function in front of it.

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

extension ProgramReference where Context == RawTracepointContext {
    /// A program of section `raw_tp`.
    @inline(__always) public init(_ program: @escaping (RawTracepointContext) -> Int32) {
        self.init(address: unsafeBitCast(RawTracepointFunction(call: program), to: (UInt, UInt).self).0)
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

@frozen @usableFromInline struct RawTracepointFunction {
    @usableFromInline let call: (RawTracepointContext) -> Int32
    @inline(__always) @usableFromInline init(call: @escaping (RawTracepointContext) -> Int32) { self.call = call }
}
