// SPDX-License-Identifier: GPL-2.0-only OR MIT

/// What programs are called with that concerns a connected socket: the addresses of both ends.
public protocol SocketPlace: ProgramContext {
    /// Where the kernel's description has the addresses.
    static var offsets: SocketPlaceOffsets { get }
    /// The other end's port, which not every description has in the same form.
    var remotePort: UInt16 { get }
}

/// Where a description of a socket has its addresses, in bytes.
@frozen public struct SocketPlaceOffsets: BitwiseCopyable, Sendable {
    @usableFromInline let family, remoteIPv4, localIPv4, remotePort, localPort: Int

    /// The offsets in a structure of the kernel.
    @inline(__always) public init(family: Int, remoteIPv4: Int, localIPv4: Int, remotePort: Int, localPort: Int) {
        (self.family, self.remoteIPv4, self.localIPv4) = (family, remoteIPv4, localIPv4)
        (self.remotePort, self.localPort) = (remotePort, localPort)
    }
}

extension SocketPlace {
    /// The family of addresses: 2 for IPv4 (`AF_INET`), 10 for IPv6 (`AF_INET6`).
    @inline(__always) public var family: UInt32 { word(Self.offsets.family) }
    /// The other end's address, of IPv4.
    @inline(__always) public var remoteIPv4: IPv4Address { IPv4Address(rawValue: UInt32(bigEndian: word(Self.offsets.remoteIPv4))) }
    /// This end's address, of IPv4.
    @inline(__always) public var localIPv4: IPv4Address { IPv4Address(rawValue: UInt32(bigEndian: word(Self.offsets.localIPv4))) }
    /// The other end's port.
    @inline(__always) public var remotePort: UInt16 { UInt16(truncatingIfNeeded: word(Self.offsets.remotePort).byteSwapped) }
    /// This end's port.
    @inline(__always) public var localPort: UInt16 { UInt16(truncatingIfNeeded: word(Self.offsets.localPort)) }
}
