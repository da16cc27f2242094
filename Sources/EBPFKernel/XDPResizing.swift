// SPDX-License-Identifier: GPL-2.0-only OR MIT

import CEBPFHelpers

extension XDPContext {
    /// How many bytes of the packet lie in one piece, which is all of it where the driver does not split packets.
    @inline(__always) public var byteCount: UInt32 {
        let (start, end) = (UInt(bitPattern: place(0)), UInt(bitPattern: place(4)))
        return UInt32(truncatingIfNeeded: end &- start)
    }

    /// Moves the beginning of the packet. What was read of it before is refused by the verifier then: ask for ``packet`` anew.
    ///
    /// - Parameter byteCount: by how many bytes; negative ones make room in front of the packet, whose content is what was there before.
    /// - Returns: whether it is done: there must be so much room, and 14 bytes must be left. Linux 4.10.
    @inline(__always) public func moveStart(by byteCount: Int32) -> Bool { bpf_xdp_adjust_head(address, byteCount) == 0 }

    /// Moves the end of the packet. What was read of it before is refused by the verifier then: ask for ``packet`` anew.
    ///
    /// - Parameter byteCount: by how many bytes; negative ones make the packet shorter, positive ones longer by zeroes (Linux 5.8).
    /// - Returns: whether it is done: there must be so much room, and 14 bytes must be left. Linux 4.18.
    @inline(__always) public func moveEnd(by byteCount: Int32) -> Bool { bpf_xdp_adjust_tail(address, byteCount) == 0 }
}
