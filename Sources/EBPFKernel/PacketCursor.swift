// SPDX-License-Identifier: GPL-2.0-only OR MIT

import CEBPFHelpers

/// A place in a packet that moves on with what is read: where the packet ends before, a read answers `nil`, and the cursor stays where it is.
///
///     var packet = context.packet
///     guard let ethernet = packet.read(EthernetHeader.self) else { return .pass }
///
/// The Optional is the comparison with the packet's end that the verifier demands ("Direct packet access" in the kernel's documentation of eBPF). What
/// was read stays readable where the cursor has moved on. A copy of a cursor remembers a place. After a helper that changes the packet, the verifier
/// refuses what was read before: ask the context for a new cursor.
@frozen public struct PacketCursor: BitwiseCopyable {
    @usableFromInline var position: UnsafeMutableRawPointer
    @usableFromInline let end: UnsafeMutableRawPointer

    /// A cursor over the bytes from `start` to before `end`.
    @inline(__always) public init(start: UnsafeMutableRawPointer, end: UnsafeMutableRawPointer) {
        position = start
        self.end = end
    }

    /// Reads a header, and moves on behind it. What is changed there is changed in the packet, where programs of this kind may do that.
    ///
    /// - Parameter type: one of the types of headers here, or any structure of integers: it is laid out as in C, and its integers have the packet's byte
    ///   order, the big endian one. It must not end in bytes that belong to no member: `size` of them are read.
    /// - Returns: where the header lies; `nil` where the packet ends before it does.
    @inline(__always) public mutating func read<Header: BitwiseCopyable>(_ type: Header.Type) -> UnsafeMutablePointer<Header>? {
        let start = position
        guard advance(by: MemoryLayout<Header>.size) else { return nil }
        return start.assumingMemoryBound(to: Header.self)
    }

    /// Looks at what the next read answers, and stays where it is.
    @inline(__always) public func peek<Header: BitwiseCopyable>(_ type: Header.Type) -> UnsafeMutablePointer<Header>? {
        var copy = self
        return copy.read(type)
    }

    /// Moves on over bytes that nobody reads.
    ///
    /// - Parameter byteCount: how many; more than 4,095 are none, since the verifier must know how far a cursor may have moved (less than 65,536 bytes in
    ///   all, `MAX_PACKET_OFF` of `include/linux/bpf_verifier.h`).
    /// - Returns: whether the packet has so many; where it does not, the cursor stays where it is.
    @inline(__always) public mutating func skip(_ byteCount: UInt32) -> Bool {
        guard byteCount <= 4095 else { return false }
        // The sum is hidden from the optimizer, which would add up what belongs to different places: the verifier knows a place by what was added to it.
        let next = ebpf_opaque_pointer(position + Int(byteCount)).unsafelyUnwrapped
        guard next <= end else { return false }
        position = next
        return true
    }

    /// Moves on by a number of bytes that is known when the kernel half is compiled.
    @inline(__always) @usableFromInline mutating func advance(by byteCount: Int) -> Bool {
        let next = position + byteCount
        guard next <= end else { return false }
        position = next
        return true
    }
}
