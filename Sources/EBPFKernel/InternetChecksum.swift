// SPDX-License-Identifier: GPL-2.0-only OR MIT

import CEBPFHelpers

/// The checksum of IP, ICMP, UDP and TCP (RFC 1071), made of parts.
///
///     var sum = InternetChecksum()
///     sum.add(header)
///     header.pointee.checksum = sum.value
@frozen public struct InternetChecksum: BitwiseCopyable, Sendable {
    @usableFromInline var sum: UInt32

    /// One of nothing.
    @inline(__always) public init() { sum = 0 }

    /// Adds a structure whose size is a multiple of 4, and not above 512 bytes: `MAX_BPF_STACK`, with which the kernel compares it. A checksum within it must be 0.
    /// Linux 4.6.
    @inline(__always) public mutating func add<Part: BitwiseCopyable>(_ part: UnsafeMutablePointer<Part>) {
        let words = UnsafeMutableRawPointer(part).assumingMemoryBound(to: UInt32.self)
        sum = UInt32(truncatingIfNeeded: bpf_csum_diff(nil, 0, words, UInt32(truncatingIfNeeded: MemoryLayout<Part>.size), sum))
    }

    /// What headers hold: the complement of the sum.
    @inline(__always) public var value: UInt16 {
        let once = (sum & 0xFFFF) &+ sum &>> 16
        return UInt16(bigEndian: ~UInt16(truncatingIfNeeded: once &+ once &>> 16))
    }
}
