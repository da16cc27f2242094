// SPDX-License-Identifier: GPL-2.0-only OR MIT

extension InternetChecksum {
    /// A checksum after one address has taken another's place: the rest of what was summed is not looked at (RFC 1624).
    ///
    ///     header.pointee.checksum = InternetChecksum.changed(header.pointee.checksum, from: old, to: new)
    ///
    /// TCP and UDP sum the addresses of IPv4, too. For UDP the caller looks at two numbers: where the checksum is 0 there is none, and nothing is to be changed;
    /// where it becomes 0, 0xFFFF is sent (RFC 768).
    @inline(__always) public static func changed(_ checksum: UInt16, from old: IPv4Address, to new: IPv4Address) -> UInt16 {
        // In the order in which they lie in the packet: the sum is the same in either (RFC 1071, 2), and nothing has to be turned around.
        changed(checksum, minus: ~old.storage, plus: new.storage)
    }

    /// A checksum after one number, such as a port, has taken another's place, at an even distance from where the sum begins (RFC 1624).
    @inline(__always) public static func changed(_ checksum: UInt16, from old: UInt16, to new: UInt16) -> UInt16 {
        changed(checksum, minus: UInt32(~old.bigEndian), plus: UInt32(new.bigEndian))
    }

    /// A checksum whose sum gains two numbers, of which the first is the complement of what goes.
    @inline(__always) @usableFromInline static func changed(_ checksum: UInt16, minus old: UInt32, plus new: UInt32) -> UInt16 {
        var sum = UInt64(~checksum.bigEndian) &+ UInt64(old) &+ UInt64(new)
        sum = sum & 0xFFFF &+ sum &>> 16
        sum = sum & 0xFFFF &+ sum &>> 16
        return UInt16(bigEndian: ~UInt16(truncatingIfNeeded: sum & 0xFFFF &+ sum &>> 16))
    }
}
