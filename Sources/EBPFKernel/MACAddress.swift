// SPDX-License-Identifier: GPL-2.0-only OR MIT

/// The address of a device on an Ethernet, 6 bytes.
@frozen public struct MACAddress: BitwiseCopyable, Hashable, Sendable {
    // As they lie in the packet: Ethernet's headers begin at even addresses.
    @usableFromInline let first: UInt16
    @usableFromInline let second: UInt16
    @usableFromInline let third: UInt16

    /// An address by its bytes, in the order in which they are written.
    @inline(__always) public init(_ a: UInt8, _ b: UInt8, _ c: UInt8, _ d: UInt8, _ e: UInt8, _ f: UInt8) {
        first = UInt16(a) | UInt16(b) &<< 8
        second = UInt16(c) | UInt16(d) &<< 8
        third = UInt16(e) | UInt16(f) &<< 8
    }

    /// The address of all devices.
    @inline(__always) public static var broadcast: MACAddress { MACAddress(255, 255, 255, 255, 255, 255) }

    /// Whether it is that of a group of devices.
    @inline(__always) public var isMulticast: Bool { first & 1 != 0 }
}
