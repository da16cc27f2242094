// SPDX-License-Identifier: Apache-2.0

import BPFAssembly
import BPFObject
import CNamespaces
@testable import EBPF
import Glibc

extension HookTrial {
    /// A datagram over the loopback device, until one has arrived: what came before it has passed all hooks then, however late the kernel delivers.
    static func sendDatagram() throws {
        for _ in 0..<100 where try isReceived({ try HookTests.check(send_datagram(7), "send") }) { return }
        throw Failure(description: "no datagram arrives")
    }

    /// A datagram that a program may keep from arriving; who expects something of it waits for that.
    static func trySendingDatagram() throws { _ = try isReceived { try HookTests.check(send_datagram(7), "send") } }

    /// Whether a datagram arrives at a port, of those that are sent meanwhile.
    private static func isReceived(at port: UInt16 = 7, _ send: () throws -> Void) throws -> Bool {
        let socket = bind_datagrams(port, 0)
        try HookTests.check(socket, "bind")
        defer { close(socket) }
        try send()
        return isReceived(socket)
    }

    /// Whether a socket has something to read, within the time that it waits.
    static func isReceived(_ socket: Int32) -> Bool {
        var bytes = [UInt8](repeating: 0, count: 16)
        return recv(socket, &bytes, bytes.count, 0) > 0
    }

    private static func onLoopback(
        _ name: String, _ program: String, since: KernelVersion, requirement: Requirement = .program,
        _ attach: @escaping @Sendable (Program, NetworkInterface) throws(EBPFError) -> Link
    ) -> HookTrial {
        HookTrial(name: name, since: since, requirement: requirement) {
            let tried = try TriedProgram(program)
            try tried.prove(try attach(tried.program, try NetworkInterface("lo")), sendDatagram)
        }
    }

    private static func links(_ link: KernelFeatures.Link) -> Requirement { .condition { KernelFeatures.running.support(ofLinks: link).isYes } }

    static let devices: [HookTrial] = [
        onLoopback("xdp, generic", "hook_xdp", since: "5.10") { program, device throws(EBPFError) in try program.attach(toXDP: device, mode: .generic)
        },
        onLoopback("xdp, generic, entry of the device", "hook_xdp", since: "5.10") { program, device throws(EBPFError) in
            try program.attach(toXDPEntryOf: device, mode: .generic)
        },
        HookTrial(name: "xdp, native", since: "5.10", requirement: .condition { (try? DevicePair("veth")) != nil }) {
            let pair = try DevicePair("veth")
            let tried = try TriedProgram("hook_xdp")
            let link = try tried.program.attach(toXDP: NetworkInterface(pair.first), mode: .native)
            try tried.prove(link) { try pair.deliver() }
        },
        onLoopback("tc, clsact, ingress", "hook_tc", since: "5.10") { program, device throws(EBPFError) in
            try program.attach(toClassifier: device, .ingress)
        },
        onLoopback("tc, clsact, egress", "hook_tc", since: "5.10") { program, device throws(EBPFError) in
            try program.attach(toClassifier: device, .egress)
        },
        onLoopback("tcx, ingress", "hook_tcx_ingress", since: "6.6", requirement: links(.tcx)) { program, device throws(EBPFError) in
            try program.attach(toTrafficControl: device, .ingress, order: .first)
        },
        onLoopback("tcx, egress", "hook_tcx_egress", since: "6.6", requirement: links(.tcx)) { program, device throws(EBPFError) in
            try program.attach(toTrafficControl: device, .egress, order: .last)
        },
        onLoopback("traffic control, as the kernel has it", "hook_tc", since: "5.10") { program, device throws(EBPFError) in
            try program.attach(toTrafficControl: device, .ingress)
        },
        netkit("netkit, primary", "hook_netkit_primary", .primary),
        netkit("netkit, peer", "hook_netkit_peer", .peer),
    ]

    private static func netkit(_ name: String, _ program: String, _ side: NetkitSide) -> HookTrial {
        HookTrial(name: name, since: "6.7", requirement: links(.netkit)) {
            let tried = try TriedProgram(program)
            // Where there are no such devices, there are no links to them either, which the kernel says of any other.
            let pair = try? DevicePair("netkit")
            let link = try tried.program.attach(toNetkit: NetworkInterface(pair?.first ?? "lo"), side)
            try tried.prove(link) { try pair?.deliver() }
        }
    }

    static let namespaces: [HookTrial] = [
        HookTrial(name: "flow_dissector", since: "5.10") {
            let tried = try TriedProgram("hook_flow_dissector")
            let socket = try FlowSocket()
            defer { withExtendedLifetime(socket) {} }
            try tried.prove(try tried.program.attach(), sendDatagram)
        },
        HookTrial(name: "sk_lookup", since: "5.10") {
            let tried = try TriedProgram("hook_sk_lookup")
            try tried.prove(try tried.program.attach(), sendDatagram)
        },
        HookTrial(name: "netfilter", since: "6.4", requirement: links(.netfilter)) {
            let tried = try TriedProgram("hook_netfilter")
            try tried.prove(try tried.program.attach(toNetfilter: .localIn), sendDatagram)
        },
        HookTrial(name: "netfilter, IPv6", since: "6.4", requirement: links(.netfilter)) {
            let tried = try TriedProgram("hook_netfilter")
            try tried.prove(try tried.program.attach(toNetfilter: .localIn, .ipv6)) { try EBPFTests.check(converse(AF_INET6), "converse") }
        },
    ]

    static let sockets: [HookTrial] = [
        HookTrial(name: "socket filter", since: "5.10") {
            let tried = try TriedProgram("hook_socket")
            let socket = bind_datagrams(9, 0)
            try HookTests.check(socket, "bind")
            defer { close(socket) }
            try tried.prove(try tried.program.attach(toSocket: socket)) { try send(to: 9, until: [socket]) }
        },
        HookTrial(name: "sk_reuseport", since: "5.10") {
            let tried = try TriedProgram("hook_sk_reuseport")
            let sockets = [bind_datagrams(11, 1), bind_datagrams(11, 1)]
            for socket in sockets { try HookTests.check(socket, "bind") }
            defer { for socket in sockets { close(socket) } }
            try tried.prove(try tried.program.attach(toReuseport: sockets[0])) { try send(to: 11, until: sockets) }
        },
        HookTrial(name: "sk_reuseport, migrate", since: "5.14") {
            let tried = try TriedProgram("hook_sk_reuseport_migrate")
            let staying = try Listener()
            let link = try tried.program.attach(toReuseport: staying.number)
            try tried.prove(link) {
                // Connections that the closed one has not taken yet move to the one that stays.
                let going = try Listener(port: staying.port)
                let clients = try (0..<16).map { _ in try staying.connect() }
                defer { for client in clients { close(client) } }
                going.close()
                staying.takeAll()
            }
        },
        socketMap("sk_msg", "hook_sk_msg"),
        socketMap("sk_skb", "hook_sk_skb"),
        socketMap("sk_skb, stream parser", "hook_sk_skb_parser", beside: "hook_sk_skb"),
        socketMap("sk_skb, verdict", "hook_sk_skb_verdict", since: "5.13"),
    ]

    /// Sends datagrams to a port until one of its sockets has one.
    private static func send(to port: UInt16, until sockets: [Int32]) throws {
        for _ in 0..<100 {
            try HookTests.check(send_datagram(port), "send")
            if sockets.contains(where: isReceived) { return }
        }
        throw Failure(description: "no datagram arrives at port \(port)")
    }

    /// - Parameter verdict: a program without which the kernel does not call the first.
    private static func socketMap(_ name: String, _ program: String, since: KernelVersion = "5.10", beside verdict: String? = nil) -> HookTrial {
        HookTrial(name: name, since: since) {
            let tried = try TriedProgram(program)
            let map = try tried.object.map("hook_sockets")
            var others = Links()
            if let verdict { others.append(try TriedProgram(verdict).program.attach(toSocketMap: map)) }
            let link = try tried.program.attach(toSocketMap: map)
            // A socket keeps what its map had when it came in, so each event has sockets of its own.
            try tried.prove(link) {
                let pair = try StreamPair()
                try pair.put(into: map)
                try pair.send()
            }
            others.detach()
        }
    }

    static let routes: [HookTrial] = [
        route("lwt_in", "hook_lwt_in"), route("lwt_out", "hook_lwt_out"), route("lwt_xmit", "hook_lwt_xmit"),
        HookTrial(name: "lwt_seg6local", since: "5.10", requirement: .condition { hasSegments }) {
            let tried = try TriedProgram("hook_lwt_seg6local")
            let pair = try DevicePair("veth")
            let route = Route(to: "fd77::1/128", through: try NetworkInterface(pair.first))
            try tried.prove(try tried.program.attach(toRoute: route)) { try pair.deliver(0x86DD, segmentedPacket) }
        },
    ]

    private static func route(_ name: String, _ program: String) -> HookTrial {
        HookTrial(name: name, since: "5.10", requirement: .condition { hasTunnels }) {
            let tried = try TriedProgram(program)
            let pair = try DevicePair("veth")
            let route = Route(to: "10.99.0.0/24", through: try NetworkInterface(pair.first))
            try tried.prove(try tried.program.attach(toRoute: route)) {
                guard name == "lwt_in" else { return try pair.send(to: ["10.99.0.1"]) }
                // What comes in for the route, which a machine that forwards takes.
                let file = open("/proc/sys/net/ipv4/ip_forward", O_WRONLY)
                if write(file, "1", 1) < 0 { try HookTests.check(-errno, "ip_forward") }
                close(file)
                try pair.deliver(0x0800, packet)
            }
        }
    }

    /// A datagram of IPv4 from 10.78.0.5 to 10.99.0.1, without data.
    private static let packet: [UInt8] = {
        var header: [UInt8] = [0x45, 0, 0, 28, 0, 0, 0, 0, 64, 17, 0, 0, 10, 78, 0, 5, 10, 99, 0, 1]
        var sum = stride(from: 0, to: 20, by: 2).reduce(0) { $0 + (Int(header[$1]) << 8 | Int(header[$1 + 1])) }
        sum = (sum & 0xFFFF) + sum >> 16
        (header[10], header[11]) = (UInt8(~sum >> 8 & 0xFF), UInt8(~sum & 0xFF))
        return header + [0, 7, 0, 7, 0, 8, 0, 0]
    }()

    /// A packet of IPv6 to fd77::1 that goes on to fd79::1 (RFC 8754).
    private static let segmentedPacket: [UInt8] = {
        func place(_ second: UInt8, _ last: UInt8) -> [UInt8] { [0xFD, second] + [UInt8](repeating: 0, count: 13) + [last] }
        let segments: [UInt8] = [59, 4, 4, 1, 1, 0, 0, 0] + place(0x79, 1) + place(0x77, 1)
        return [0x60, 0, 0, 0, 0, UInt8(segments.count), 43, 64] + place(0x78, 5) + place(0x77, 1) + segments
    }()

    /// Whether the kernel has routes with programs: one is made, with a program that is none.
    private static let hasTunnels = routeRefusal("hook_lwt_out", "10.99.1.0/24") != EOPNOTSUPP
    private static let hasSegments = routeRefusal("hook_lwt_seg6local", "fd77::2/128") != EOPNOTSUPP

    private static func routeRefusal(_ program: String, _ destination: String) -> Int32? {
        guard let tried = try? TriedProgram(program), let pair = try? DevicePair("veth") else { return EOPNOTSUPP }
        do throws(EBPFError) {
            _ = try tried.program.attach(toRoute: Route(to: destination, through: NetworkInterface(pair.first)))
            return nil
        } catch { return error.errno }
    }

    static let operations: [HookTrial] = [
        HookTrial(name: "struct_ops", since: "5.13") { try proveCongestionControl(isLinked: false) },
        HookTrial(name: "struct_ops, link", since: "6.4", requirement: links(.structOperations)) { try proveCongestionControl(isLinked: true) },
    ]

    /// A way to avoid congestion, which one connection alone takes.
    private static func proveCongestionControl(isLinked: Bool) throws {
        var file = try TrialLanguage.operations()
        let name = try file.renameCongestionControl("steady")
        if isLinked { file.maps[try file.mapIndex("steady")].flags.insert(.link) }
        let loaded = try file.load()
        let link = try loaded.attachStructOperations("steady")
        guard link.isKernelLink == isLinked, congestionControls().contains(name) else { throw Failure(description: "the kernel does not list it") }
        try EBPFTests.check(connect_with(name), "connect")
        guard try loaded.value(of: "seen", as: UInt64.self) > 0 else { throw Failure(description: "no connection asks it") }
        link.detach()
        for _ in 0..<1000 where congestionControls().contains(name) { usleep(10_000) }
        guard !congestionControls().contains(name) else { throw Failure(description: "the kernel still lists it") }
        guard connect_with(name) == -ENOENT else { throw Failure(description: "a connection still takes it") }
    }

    static func congestionControls() -> String {
        (try? FileContents.read("/proc/sys/net/ipv4/tcp_available_congestion_control").array()).map { String(decoding: $0, as: UTF8.self) } ?? ""
    }
}
