// SPDX-License-Identifier: GPL-2.0-only OR MIT

import CEBPFHelpers

/// What programs of section `lirc_mode2` are called with: a piece of what an infrared receiver sees, which several of together are a key of a remote control.
///
///     @section("lirc_mode2")
///     func decode(_ context: InfraredContext) {
///         guard context.sample.kind == .pulse, context.sample.value > 4000 else { return }
///         context.keyDown(.other, scancode: 0x15, toggle: 0)
///     }
///
/// What the program answers is not looked at. Linux 4.18. `drivers/media/rc/bpf-lirc.c`.
@frozen public struct InfraredContext: ProgramContext {
    /// Where the sample lies.
    public let address: UnsafeMutableRawPointer

    /// What the receiver saw.
    @inline(__always) public var sample: InfraredSample { InfraredSample(rawValue: address.load(as: UInt32.self)) }

    /// Says that a key was pressed: user space gets it as that of a keyboard, by the receiver's table of keys. Linux 4.18.
    ///
    /// - Parameters:
    ///   - protocol: how the remote control spoke.
    ///   - scancode: the number that it sent.
    ///   - toggle: the bit that changes with each press, where the protocol has one; else 0.
    @inline(__always) public func keyDown(_ protocol: InfraredProtocol, scancode: UInt64, toggle: UInt32 = 0) {
        _ = bpf_rc_keydown(address, `protocol`.rawValue, scancode, toggle)
    }

    /// Says that the last key is still pressed. Linux 4.18.
    @inline(__always) public func keyRepeats() { _ = bpf_rc_repeat(address) }

    /// Moves the pointer, as a mouse does, by so many steps to the right and down. Linux 5.0.
    @inline(__always) public func movePointer(x: Int32, y: Int32) { _ = bpf_rc_pointer_rel(address, x, y) }
}

/// A piece of what an infrared receiver sees. `include/uapi/linux/lirc.h`: `LIRC_MODE2`.
@frozen public struct InfraredSample: BitwiseCopyable, Equatable, Sendable {
    /// The kernel's number, which has both.
    public let rawValue: UInt32
    /// A sample by the kernel's number.
    @inline(__always) public init(rawValue: UInt32) { self.rawValue = rawValue }

    /// What it is.
    @inline(__always) public var kind: InfraredSampleKind { InfraredSampleKind(rawValue: UInt8(truncatingIfNeeded: rawValue &>> 24)) }
    /// How long that lasted, in microseconds; of a carrier, how often it swings, in hertz.
    @inline(__always) public var value: UInt32 { rawValue & 0xFF_FFFF }
}

/// What a sample of an infrared receiver is. `include/uapi/linux/lirc.h`: `LIRC_MODE2_...`.
@frozen public struct InfraredSampleKind: BitwiseCopyable, Equatable, Sendable {
    /// The kernel's number.
    public let rawValue: UInt8
    /// A kind by the kernel's number.
    @inline(__always) public init(rawValue: UInt8) { self.rawValue = rawValue }
    /// There was no light.
    @inline(__always) public static var space: InfraredSampleKind { InfraredSampleKind(rawValue: 0) }
    /// There was light.
    @inline(__always) public static var pulse: InfraredSampleKind { InfraredSampleKind(rawValue: 1) }
    /// How often the light's carrier swings.
    @inline(__always) public static var frequency: InfraredSampleKind { InfraredSampleKind(rawValue: 2) }
    /// There was no light for so long that the message has ended.
    @inline(__always) public static var timeout: InfraredSampleKind { InfraredSampleKind(rawValue: 3) }
    /// The receiver lost something.
    @inline(__always) public static var overflow: InfraredSampleKind { InfraredSampleKind(rawValue: 4) }
    /// Whether both are the same.
    @inline(__always) public static func == (left: InfraredSampleKind, right: InfraredSampleKind) -> Bool { left.rawValue == right.rawValue }
}

/// How a remote control speaks. `include/uapi/linux/lirc.h`: `enum rc_proto`.
@frozen public struct InfraredProtocol: BitwiseCopyable, Sendable {
    /// The kernel's number.
    public let rawValue: UInt32
    /// A protocol by the kernel's number.
    @inline(__always) public init(rawValue: UInt32) { self.rawValue = rawValue }
    /// It is not known (`RC_PROTO_UNKNOWN`).
    @inline(__always) public static var unknown: InfraredProtocol { InfraredProtocol(rawValue: 0) }
    /// One of its own (`RC_PROTO_OTHER`).
    @inline(__always) public static var other: InfraredProtocol { InfraredProtocol(rawValue: 1) }
    /// Philips RC5 (`RC_PROTO_RC5`).
    @inline(__always) public static var rc5: InfraredProtocol { InfraredProtocol(rawValue: 2) }
    /// Sony with 12 bits (`RC_PROTO_SONY12`).
    @inline(__always) public static var sony12: InfraredProtocol { InfraredProtocol(rawValue: 6) }
    /// NEC (`RC_PROTO_NEC`).
    @inline(__always) public static var nec: InfraredProtocol { InfraredProtocol(rawValue: 9) }
    /// Philips RC6, mode 0 (`RC_PROTO_RC6_0`).
    @inline(__always) public static var rc6: InfraredProtocol { InfraredProtocol(rawValue: 15) }
}
