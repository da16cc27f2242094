// SPDX-License-Identifier: Apache-2.0

@testable import BPFObject
import CNamespaces
import EBPF
import Glibc
import Testing

/// A set of functions that the kernel calls, in both languages: a way of TCP to avoid congestion.
@Suite(.enabled(if: LiveKernel.isAvailable, LiveKernel.reason))
struct OperationsTests {
    struct Failure: Error, CustomStringConvertible {
        let description: String

        static func check(_ status: Int32, _ operation: String) throws {
            if status < 0 { throw Failure(description: "\(operation) fails: \(-status)") }
        }

        /// Waits for what the kernel does in its own time, a minute at most.
        static func wait(_ what: String, until isThere: () throws -> Bool) throws {
            for _ in 0..<6000 {
                if try isThere() { return }
                usleep(10_000)
            }
            throw Failure(description: "\(what) does not come")
        }
    }

    @Test(.enabled("not run, because programs call functions of the kernel from Linux 5.13 on") { LiveKernel.takes(.gentle) })
    func aConnectionThatTakesItShrinksItsWindowByAQuarter() async {
        await #expect(processExitsWith: .success) {
            for (object, name) in [(try Twin.gentle.c(), "gentle_c"), (try Twin.gentle.swift(), "gentle_swift")] {
                // Each with a loopback device that has seen no loss.
                try Failure.check(take_own_network(), "unshare")
                var object = object
                let own = try object.rename(name)
                let loaded = try object.load()
                let link = try loaded.attachStructOperations("gentle")
                let connection = try Connection()
                try connection.take(own)
                #expect(try loaded.value(of: "begun", as: UInt64.self) == 1)
                // RFC 6928: ten segments.
                #expect(try loaded.value(of: "first", as: UInt32.self) == 10)
                try connection.send()
                try connection.receive()
                try Failure.wait("an acknowledgement") { try loaded.value(of: "acknowledged", as: UInt64.self) > 0 }
                #expect(try loaded.value(of: "acknowledged", as: UInt64.self) == 1)
                #expect(try loaded.value(of: "largest", as: UInt32.self) == 10)
                // What follows connections of TCP has not seen this one begin, and drops its segments.
                let dropping = try Twin.tracking.swift().load().program("track").attach(toXDP: NetworkInterface("lo"), mode: .generic)
                try connection.send()
                try Failure.wait("a loss") { try connection.threshold() < 1000 }
                #expect(try connection.threshold() == 8)
                #expect(try loaded.value(of: "losses", as: UInt64.self) == 1)
                dropping.detach()
                try connection.receive()
                connection.close()
                try Failure.wait("the end") { try loaded.value(of: "ended", as: UInt64.self) > 0 }
                #expect(try loaded.value(of: "begun", as: UInt64.self) == 1)
                #expect(try loaded.value(of: "ended", as: UInt64.self) == 1)
                #expect(try (1...10).contains(loaded.value(of: "last", as: UInt32.self)))
                link.detach()
            }
        }
    }

    /// Two sockets on the loopback device.
    struct Connection {
        private var sockets: (sender: Int32, receiver: Int32)

        init() throws {
            var pair: [Int32] = [-1, -1]
            try Failure.check(connect_pair(&pair), "connect")
            sockets = (pair[0], pair[1])
        }

        /// Makes the first one avoid congestion in that way.
        func take(_ way: String) throws {
            let status = way.utf8CString.withUnsafeBufferPointer { name in
                // TCP_CONGESTION
                setsockopt(sockets.sender, Int32(IPPROTO_TCP), 13, name.baseAddress, socklen_t(name.count - 1))
            }
            try Failure.check(status == 0 ? 0 : -errno, "TCP_CONGESTION")
        }

        func send() throws {
            var byte: UInt8 = 1
            try Failure.check(Glibc.send(sockets.sender, &byte, 1, 0) == 1 ? 0 : -errno, "send")
        }

        func receive() throws {
            var byte: UInt8 = 0
            try Failure.check(recv(sockets.receiver, &byte, 1, 0) == 1 ? 0 : -errno, "recv")
        }

        /// Up to which window the first one grows fast: after a loss, what the way says; before, a number without meaning.
        func threshold() throws -> UInt32 {
            var information = [UInt32](repeating: 0, count: 26)
            var size = socklen_t(information.count * 4)
            // TCP_INFO: struct tcp_info, of which tcpi_snd_ssthresh is the word 19.
            try Failure.check(getsockopt(sockets.sender, Int32(IPPROTO_TCP), 11, &information, &size) == 0 ? 0 : -errno, "TCP_INFO")
            return information[19]
        }

        func close() {
            Glibc.close(sockets.sender)
            Glibc.close(sockets.receiver)
        }
    }
}

extension ObjectFile {
    /// Gives the way to avoid congestion a name of this process's own, since the kernel has each name once for the whole machine.
    fileprivate mutating func rename(_ name: String) throws -> String {
        let place = try mapIndex("gentle")
        guard let operations = maps[place].structOperations,
            let start = operations.contents.indices.first(where: { operations.contents[$0...].starts(with: name.utf8) })
        else { throw OperationsTests.Failure(description: "the set has no name") }
        let own = "g\(name.last.map(String.init) ?? "")_\(getpid())"
        let bytes = Array(own.utf8) + [UInt8](repeating: 0, count: 16 - own.utf8.count)
        var contents = operations.contents
        contents.replaceSubrange(start..<start + 16, with: bytes)
        maps[place].structOperations = BPFObject.StructOperations(type: operations.type, contents: contents, programs: operations.programs)
        return own
    }
}
