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

    /// - Throws: ``EBPFError`` where the kernel has no network configuration.
    init(for operation: String) throws(EBPFError) {
        let number = Glibc.socket(16, Int32(SOCK_RAW.rawValue) | 0o2000000, 0)  // AF_NETLINK, SOCK_CLOEXEC, NETLINK_ROUTE
        guard number >= 0 else { throw EBPFError(system: errno, operation) }
        socket = Descriptor(number)
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
        // One request at a time: answers carry no name of who asked.
        do {
            return try sequence.withLock { number -> Result<[NetlinkAnswer], Refusal> in
                number &+= 1
                let bytes = message.bytes(sequence: number)
                guard send(socket.number, bytes, bytes.count, 0) == bytes.count else { return .failure(Refusal(errno: errno, text: nil)) }
                return self.receive()
            }.get()
        }
    }

    private func receive() -> Result<[NetlinkAnswer], Refusal> {
        var answers: [NetlinkAnswer] = []
        var buffer = [UInt8](repeating: 0, count: 64 * 1024)
        while true {
            let count = recv(socket.number, &buffer, buffer.count, 0)
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return .failure(Refusal(errno: count < 0 ? errno : EIO, text: nil)) }
            for answer in NetlinkAnswer.read(ByteView(Array(buffer[..<count]))) {
                guard answer.isStatus || answer.isEnd else {
                    answers.append(answer)
                    continue
                }
                return answer.status < 0 ? .failure(Refusal(errno: -answer.status, text: answer.text)) : .success(answers)
            }
        }
    }
}
