// SPDX-License-Identifier: GPL-2.0-only OR MIT

/// What a message of DNS is. RFC 1035, section 4.1.1; RFC 4035, section 3.
@frozen public struct DNSFlags: OptionSet, BitwiseCopyable, Sendable {
    /// The bits, among which the operation's and the response's code lie.
    public let rawValue: UInt16

    /// Flags by their bits.
    @inline(__always) public init(rawValue: UInt16) { self.rawValue = rawValue }

    /// It is a response (QR).
    @inline(__always) public static var response: DNSFlags { DNSFlags(rawValue: 0x8000) }
    /// The server answers for the name itself (AA).
    @inline(__always) public static var authoritative: DNSFlags { DNSFlags(rawValue: 0x0400) }
    /// The message was too long, and is cut off (TC).
    @inline(__always) public static var truncated: DNSFlags { DNSFlags(rawValue: 0x0200) }
    /// The server is to ask others (RD).
    @inline(__always) public static var recursionDesired: DNSFlags { DNSFlags(rawValue: 0x0100) }
    /// The server would ask others (RA).
    @inline(__always) public static var recursionAvailable: DNSFlags { DNSFlags(rawValue: 0x0080) }
    /// The data was proven to be that of its owner (AD).
    @inline(__always) public static var authentic: DNSFlags { DNSFlags(rawValue: 0x0020) }
    /// Data that is not proven will do (CD).
    @inline(__always) public static var checkingDisabled: DNSFlags { DNSFlags(rawValue: 0x0010) }
}
