// SPDX-License-Identifier: Apache-2.0

import Bytes
import CLinux
import Glibc
import Synchronization

/// The door to the network configuration of one network namespace: that of the thread which opened it, also when others use it (rtnetlink(7)).
final class Netlink: Sendable {
    private let socket: Descriptor
    private let sequence = Mutex<UInt32>(0)
    /// The number of the network namespace among those of the machine; 0 where the kernel does not say.
    let namespace: UInt64
    /// The number by which the kernel knows the socket (`nl_pid`); answers name it.
    let port: UInt32

    /// - Throws: ``EBPFError`` where the kernel has no network configuration.
    init(for operation: String) throws(EBPFError) {
        let number = Glibc.socket(16, Int32(SOCK_RAW.rawValue) | 0o2000000, 0)  // AF_NETLINK, SOCK_CLOEXEC, NETLINK_ROUTE
        guard number >= 0 else { throw EBPFError(system: errno, operation) }
        socket = Descriptor(number)
        guard let port = NetlinkAddress.bind(number) else { throw EBPFError(system: errno, operation) }
        self.port = port
        var information = stat()
        namespace = stat("/proc/thread-self/ns/net", &information) == 0 ? UInt64(information.st_ino) : 0
        // SOL_NETLINK: NETLINK_EXT_ACK, the kernel's own words; NETLINK_CAP_ACK, without the request. Old kernels do without.
        var yes: Int32 = 1
        for option in [11, 10] as [Int32] { setsockopt(number, 270, option, &yes, socklen_t(MemoryLayout<Int32>.size)) }
    }

    /// What the kernel refused, and its words.
    struct Refusal: Error, Sendable {
        let errno: Int32
        let text: String?

        /// The words or, where it has none, the error's.
        var cause: String { text ?? Failure.text(of: errno) }
    }

    /// Sends a request, and waits for its answers: all but the acknowledgement.
    @discardableResult
    func request(_ message: NetlinkMessage) throws(Refusal) -> [NetlinkAnswer] {
        // One request at a time: the answers of two would come in between each other.
        do {
            return try sequence.withLock { number -> Result<[NetlinkAnswer], Refusal> in
                number &+= 1
                let bytes = message.bytes(sequence: number)
                guard send(socket.number, bytes, bytes.count, 0) == bytes.count else { return .failure(Refusal(errno: errno, text: nil)) }
                return self.receive(number)
            }.get()
        }
    }

    /// Waits for the answers to one request. What others send, and late answers to earlier requests, is passed over.
    private func receive(_ sequence: UInt32) -> Result<[NetlinkAnswer], Refusal> {
        var answers: [NetlinkAnswer] = []
        var buffer = [UInt8](repeating: 0, count: 64 * 1024)
        while true {
            var sender = NetlinkAddress()
            let count = sender.receive(socket.number, &buffer)
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return .failure(Refusal(errno: count < 0 ? errno : EIO, text: nil)) }
            // The kernel's own port is 0; processes with CAP_NET_ADMIN can send as well.
            guard sender.port == 0 else { continue }
            for answer in NetlinkAnswer.read(ByteView(Array(buffer[..<count]))) where answer.sequence == sequence && answer.port == port {
                guard answer.isStatus || answer.isEnd else {
                    answers.append(answer)
                    continue
                }
                return answer.status < 0 ? .failure(Refusal(errno: -answer.status, text: answer.text)) : .success(answers)
            }
        }
    }

    /// A descriptor of the network namespace that it configures, such as for locking; `nil` where this process may not have it (SIOCGSKNS, Linux 4.10).
    func openNamespace() -> Int32? {
        let number = linux_ioctl(socket.number, 0x894C, 0)
        return number >= 0 ? number : nil
    }
}

/// Who sends or receives: `struct sockaddr_nl`, which the C library's module does not have.
private struct NetlinkAddress {
    private var family = UInt16(16)  // AF_NETLINK
    private var padding = UInt16(0)
    private(set) var port = UInt32(0)
    private var groups = UInt32(0)

    /// Has the kernel give a socket a port; `nil` with `errno` set where it does not.
    static func bind(_ socket: Int32) -> UInt32? {
        var own = NetlinkAddress()
        var size = socklen_t(MemoryLayout<NetlinkAddress>.size)
        let status = withUnsafeMutablePointer(to: &own) { own in
            own.withMemoryRebound(to: sockaddr.self, capacity: 1) { Glibc.bind(socket, $0, size) == 0 && getsockname(socket, $0, &size) == 0 }
        }
        return status ? own.port : nil
    }

    /// Receives a datagram, and who sent it: how many bytes it has, or -1.
    mutating func receive(_ socket: Int32, _ buffer: inout [UInt8]) -> Int {
        var size = socklen_t(MemoryLayout<NetlinkAddress>.size)
        return withUnsafeMutablePointer(to: &self) { sender in
            sender.withMemoryRebound(to: sockaddr.self, capacity: 1) { recvfrom(socket, &buffer, buffer.count, 0, $0, &size) }
        }
    }
}
