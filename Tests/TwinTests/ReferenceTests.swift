// SPDX-License-Identifier: Apache-2.0

import CNamespaces
import COpenCalls
import EBPF
import Glibc
import Testing

/// What a program gets from the kernel and has to give back, and what it exchanges with user space in pieces of any size.
@Suite(.enabled(if: LiveKernel.isAvailable, LiveKernel.reason))
struct ReferenceTests {
    @Test func aSocketIsFoundWhereSomebodyListens() async {
        await #expect(processExitsWith: .success) {
            #expect(take_own_network() == 0)
            let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
            var address = sockaddr_in()
            address.sin_family = sa_family_t(AF_INET)
            address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
            address.sin_port = UInt16(4711).bigEndian
            let bound = withUnsafeBytes(of: &address) { bytes in
                bind(listener, bytes.baseAddress?.assumingMemoryBound(to: sockaddr.self), socklen_t(bytes.count))
            }
            #expect(bound == 0 && listen(listener, 1) == 0)
            for (port, isFound) in [(4711, true), (4712, false)] as [(UInt32, Bool)] {
                let loaded = try Twin.sockets.load { try $0.set("port", to: port) }
                for loaded in [loaded.c, loaded.swift] {
                    for _ in 0..<2 { #expect(try loaded.program("ask").run(LoopTests.packet).value == 0) }
                    #expect(try loaded.value(of: "found", as: UInt64.self) == (isFound ? 2 : 0))
                    #expect(try loaded.value(of: "listening", as: UInt64.self) == (isFound ? 2 : 0))
                    #expect(try loaded.value(of: "seen", as: UInt32.self) == (isFound ? 4711 : 0))
                }
            }
            close(listener)
        }
    }

    @Test(
        .enabled("not run, because this machine has no IPv6") {
            let socket = socket(AF_INET6, Int32(SOCK_STREAM.rawValue), 0)
            defer { close(socket) }
            return socket >= 0 && text(of: open("/proc/sys/net/ipv6/conf/default/disable_ipv6", O_RDONLY)).first == "0"
        })
    func aSocketIsFoundOverIPv6() async {
        await #expect(processExitsWith: .success) {
            #expect(take_own_network() == 0)
            var address = sockaddr_in6()
            address.sin6_family = sa_family_t(AF_INET6)
            address.sin6_addr = in6addr_loopback
            address.sin6_port = UInt16(4711).bigEndian
            var sockets: [Int32] = []
            for type in [SOCK_STREAM, SOCK_DGRAM] {
                let number = socket(AF_INET6, Int32(type.rawValue), 0)
                let bound = withUnsafeBytes(of: &address) { bytes in
                    bind(number, bytes.baseAddress?.assumingMemoryBound(to: sockaddr.self), socklen_t(bytes.count))
                }
                #expect(bound == 0)
                sockets.append(number)
            }
            #expect(listen(sockets[0], 1) == 0)
            for (port, isFound) in [(4711, true), (4712, false)] as [(UInt32, Bool)] {
                var object = try Lookups.object()
                try object.set("port", to: port)
                let loaded = try object.load()
                for _ in 0..<2 { #expect(try loaded.program("ask").run(LoopTests.packet).value == 0) }
                #expect(try loaded.value(of: "listening", as: UInt64.self) == (isFound ? 2 : 0))
                // Twice TCP_LISTEN.
                #expect(try loaded.value(of: "states", as: UInt64.self) == (isFound ? 20 : 0))
                #expect(try loaded.value(of: "bound", as: UInt64.self) == (isFound ? 2 * 4711 : 0))
                // Each of the three twice: AF_INET6.
                #expect(try loaded.value(of: "families", as: UInt64.self) == (isFound ? 60 : 0))
            }
            for number in sockets { close(number) }
        }
    }

    @Test(.enabled("not run, because bpf_task_from_pid came with Linux 6.2") { LiveKernel.takes(.threads) })
    func aThreadIsLookedUpByItsNumber() throws {
        for (wanted, isThere) in [(current_thread(), true), (Int32.max, false)] {
            let loaded = try Twin.threads.load { try $0.set("wanted", to: wanted) }
            for loaded in [loaded.c, loaded.swift] {
                #expect(try loaded.program("look_up").run(LoopTests.packet).value == 0)
                #expect(try loaded.value(of: "process", as: Int32.self) == (isThere ? getpid() : 0))
                #expect(try (loaded.value(of: "priority", as: Int32.self) > 0) == isThere)
                #expect(try loaded.value(of: "missing", as: UInt64.self) == (isThere ? 0 : 1))
            }
        }
    }

    struct Order: BitwiseCopyable {
        var amount: UInt64
        var lines: UInt32
        var spare: UInt32 = 0
    }

    @Test(.enabled("not run, because user ring buffers came with Linux 6.1") { LiveKernel.takes(.orders) })
    func ordersComeFromUserSpaceAndReceiptsGoThere() throws {
        let loaded = try Twin.orders.load()
        for loaded in [loaded.c, loaded.swift] {
            var orders = try UserRingBuffer(loaded.map("orders"))
            for order in [Order(amount: 5, lines: 1), Order(amount: 70, lines: 2)] {
                guard let room = try orders.reserve(byteCount: 16) else { throw CancellationError() }
                try room.submit(order)
            }
            // One that is too short to be an order.
            guard let room = try orders.reserve(byteCount: 8) else { throw CancellationError() }
            try room.submit(UInt64(1000))
            #expect(try loaded.program("take_orders").run(LoopTests.packet).value == 0)
            #expect(try loaded.value(of: "taken", as: Int64.self) == 3)
            #expect(try loaded.value(of: "amount", as: UInt64.self) == 75)
            var receipts = try RingBuffer(loaded.map("receipts"))
            var written: [[UInt8]] = []
            _ = try receipts.drain(maximum: 10) { record in written.append(record.withUnsafeBytes { Array($0) }) }
            #expect(written.count == 1)
            #expect(written.first?.count == 32)
            #expect(written.first.map { Array($0.suffix(8)) } == bytes(of: UInt64(75)))
        }
    }
}
