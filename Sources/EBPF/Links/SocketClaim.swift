// SPDX-License-Identifier: Apache-2.0

import CLinux
import Glibc
import Synchronization

/// That an attachment of this process was the last one to put a program on a socket, or on the sockets that share a port.
///
/// The kernel takes away whoever is there, and does not tell whose program that is. So this process keeps account of its own attachments: only the
/// newest one takes the program off again. What other processes put on the same socket is not known.
struct SocketClaim: Sendable {
    private struct Key: Hashable {
        /// The option that takes the program off, which tells the kinds of attachments apart.
        let option: Int32
        /// The socket's cookie, or what the sockets that share a port have in common.
        let place: [UInt8]
    }

    /// The number of the newest attachment, by where it is.
    private static let newest = Mutex<[Key: UInt64]>([:])
    private static let count = Atomic<UInt64>(0)

    private let keys: [Key]
    private let number: UInt64

    /// Puts a program on a socket by a body, and makes it the newest there; `nil` where the body fails.
    static func claim(_ socket: Int32, option: Int32, isShared: Bool, _ body: () -> Bool) -> SocketClaim? {
        let places = [cookie(of: socket)] + (isShared ? [sharedPort(of: socket)] : [])
        let keys = places.compactMap { $0 }.map { Key(option: option, place: $0) }
        // Under the lock, so that the order of the account is that of the kernel.
        return newest.withLock { newest in
            guard body() else { return nil }
            let claim = SocketClaim(keys: keys, number: count.add(1, ordering: .relaxed).newValue)
            for key in keys { newest[key] = claim.number }
            return claim
        }
    }

    /// Gives the place up: by a body that takes the program off, unless a newer attachment has it.
    func release(_ body: () -> Void) {
        Self.newest.withLock { newest in
            let isNewest = keys.allSatisfy { newest[$0] == number }
            if isNewest { body() }
            for key in keys where newest[key] == number { newest[key] = nil }
        }
    }

    /// The number that no other socket of the machine has had (SO_COOKIE, Linux 4.12).
    private static func cookie(of socket: Int32) -> [UInt8]? { read(socket, option: 57) }

    /// What sockets that share a port have in common: family, protocol and address, in one network namespace; `nil` while the socket has no port.
    private static func sharedPort(of socket: Int32) -> [UInt8]? {
        var address = [UInt8](repeating: 0, count: MemoryLayout<sockaddr_storage>.size)
        var size = socklen_t(address.count)
        let status = address.withUnsafeMutableBytes { bytes in
            bytes.withMemoryRebound(to: sockaddr.self) { $0.baseAddress.map { getsockname(socket, $0, &size) } ?? -1 }
        }
        // The port stands behind the family, in both kinds of addresses.
        guard status == 0, size >= 4, address[2] != 0 || address[3] != 0 else { return nil }
        // SO_PROTOCOL; SO_NETNS_COOKIE, which Linux has since 5.14.
        return address.prefix(Int(size)) + (read(socket, option: 38, byteCount: 4) ?? []) + (read(socket, option: 71) ?? [])
    }

    private static func read(_ socket: Int32, option: Int32, byteCount: Int = 8) -> [UInt8]? {
        var value = [UInt8](repeating: 0, count: byteCount)
        var size = socklen_t(byteCount)
        return getsockopt(socket, SOL_SOCKET, option, &value, &size) == 0 ? value : nil
    }
}
