// SPDX-License-Identifier: Apache-2.0

import CNamespaces
@testable import EBPF
import Foundation
import Glibc

/// Two devices of which each receives what the other sends (veth), in this thread's network namespace; they go with the namespace.
struct DevicePair {
    /// The one that receives what is injected; it has the address 10.77.0.1.
    let first = "twin0"
    /// The one from which what is injected is sent.
    let second = "twin1"

    init() throws {
        // RTM_NEWLINK with IFLA_IFNAME and IFLA_LINKINFO: IFLA_INFO_KIND, IFLA_INFO_DATA with VETH_INFO_PEER.
        var message = NetlinkMessage(
            type: 16, flags: NetlinkMessage.acknowledged | NetlinkMessage.create | NetlinkMessage.exclusive, fixed: [UInt8](repeating: 0, count: 16))
        message.append(3, first)
        let peer = [UInt8](repeating: 0, count: 16) + NetlinkMessage.nested([(3, Array(second.utf8) + [0])])
        message.append(18, nesting: [(1, Array("veth".utf8) + [0]), (2 | 0x8000, NetlinkMessage.nested([(1, peer)]))])
        try Netlink(for: "make a pair of devices").request(message)
        try Self.check(configure_device(first, "10.77.0.1", 24), "configure \(first)")
        try Self.check(configure_device(second, "10.78.0.1", 24), "configure \(second)")
    }

    /// Whether the kernel makes such pairs: one is made where nobody sees it.
    static let areMade: Bool = {
        let answer = Answer()
        let end = DispatchSemaphore(value: 0)
        Thread.detachNewThread {
            answer.isYes = take_own_network() == 0 && (try? DevicePair()) != nil
            end.signal()
        }
        end.wait()
        return answer.isYes
    }()

    // Sendable: one thread writes it before the other reads it.
    private final class Answer: @unchecked Sendable { var isYes = false }

    /// Has the first device receive a frame.
    func inject(_ frame: [UInt8]) throws {
        // AF_PACKET, SOCK_RAW
        let number = socket(17, Int32(SOCK_RAW.rawValue), 0)
        try Self.check(number, "socket(AF_PACKET)")
        defer { close(number) }
        // struct sockaddr_ll: family, protocol, index, and what the kernel fills in.
        let place = UInt16(17).nativeBytes + [0, 0] + if_nametoindex(second).nativeBytes + [UInt8](repeating: 0, count: 12)
        let sent = place.withUnsafeBytes { place -> Int in
            guard let address = place.baseAddress?.assumingMemoryBound(to: sockaddr.self) else { return -1 }
            return sendto(number, frame, frame.count, 0, address, socklen_t(place.count))
        }
        try Self.check(Int32(clamping: sent), "send a frame")
    }

    /// A socket that receives datagrams to a port, and waits for ten seconds at most.
    static func receiver(_ port: UInt16) throws -> Int32 {
        let number = socket(AF_INET, Int32(SOCK_DGRAM.rawValue), 0)
        try check(number, "socket")
        var patience = timeval(tv_sec: 10, tv_usec: 0)
        try check(setsockopt(number, SOL_SOCKET, SO_RCVTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size)), "SO_RCVTIMEO")
        var place = sockaddr_in()
        place.sin_family = sa_family_t(AF_INET)
        place.sin_port = port.bigEndian
        let status = withUnsafePointer(to: &place) { place in
            place.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(number, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) }
        }
        try check(status, "bind")
        return number
    }

    /// The next datagram; `nil` where there is none.
    static func receive(_ socket: Int32, waiting: Bool) -> [UInt8]? {
        var bytes = [UInt8](repeating: 0, count: 64)
        let count = recv(socket, &bytes, bytes.count, waiting ? 0 : Int32(MSG_DONTWAIT))
        return count < 0 ? nil : Array(bytes.prefix(count))
    }

    /// What cannot be done.
    struct Failure: Error, CustomStringConvertible { let description: String }

    private static func check(_ status: Int32, _ call: String) throws {
        guard status < 0 else { return }
        throw Failure(description: "\(call): \(String(cString: strerror(status == -1 ? errno : -status)))")
    }
}
