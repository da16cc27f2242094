// SPDX-License-Identifier: Apache-2.0

@testable import BPFObject
import Bytes
import CLinux
import CNamespaces
@testable import EBPF
import Glibc

/// A cgroup of a test's own, below the one that this process was in when it made the first; removed with the value.
final class OwnCgroup {
    let path: String

    /// Where this process goes back to: the cgroup that it was in, or the root where that is not to be seen; `nil` where cgroup2 is mounted nowhere.
    private static let home: String? = {
        guard let root = MountTable.read().places(of: "cgroup2").first else { return nil }
        // `0::/path`; what is outside of this namespace of cgroups begins with `/..`.
        let line = (SmallFile.read("/proc/self/cgroup") ?? "").split(separator: "\n").first { $0.hasPrefix("0::/") }
        let own = "\(root)\(line?.dropFirst(3) ?? "/")"
        return access("\(own)/cgroup.procs", W_OK) == 0 ? own : root
    }()

    /// Makes one.
    ///
    /// - Parameter other: the cgroup below which it is made, where that is not the process's.
    init(below other: OwnCgroup? = nil) throws {
        guard let home = Self.home else { throw HookTrial.Failure(description: "cgroup2 is mounted nowhere") }
        path = "\(other?.path ?? home)/swift-ebpf-\(getpid())-\(UInt32.random(in: 0...UInt32.max))"
        if mkdir(path, 0o755) != 0 { try check(-errno, "mkdir \(path)") }
    }

    /// Moves this process into it.
    func enter() throws { try Self.move(to: path) }

    /// Moves this process back to where it was.
    func leave() {
        guard let home = Self.home else { return }
        try? Self.move(to: home)
    }

    private static func move(to directory: String) throws {
        let number = open(directory + "/cgroup.procs", O_WRONLY | O_CLOEXEC)
        if number < 0 { try check(-errno, "open \(directory)/cgroup.procs") }
        defer { close(number) }
        if write(number, "0", 1) < 0 { try check(-errno, "move to \(directory)") }
    }

    deinit { rmdir(path) }
}

/// A copy of the C library, of which this process has two functions beside its own: probes in it are in no other process's way.
final class OwnLibrary: Sendable {
    private let directory: String
    /// The copy.
    let path: String
    // Sendable: code, which nobody changes.
    nonisolated(unsafe) private let functions: [UnsafeMutableRawPointer]

    /// One for the process, which stays mapped; ``remove()`` takes its file away.
    private static let shared = Result { try OwnLibrary() }

    private init() throws {
        let original = try UserTarget("libc.so.6", symbol: "getppid").resolve().path
        var template = Array("/tmp/swift-ebpf-XXXXXX\0".utf8CString.dropLast())
        guard mkdtemp(&template) != nil else { throw HookTrial.Failure(description: "mkdtemp: \(String(cString: strerror(errno)))") }
        directory = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        path = directory + "/libc.so.6"
        let file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o755)
        if file < 0 { try check(-errno, "open \(path)") }
        let bytes = try FileContents.read(original).array()
        let written = write(file, bytes, bytes.count)
        close(file)
        guard written == bytes.count else { throw HookTrial.Failure(description: "\(path) is not written") }
        // They ask the kernel, and nothing else.
        functions = try ["getppid", "getpgid"].map { [path] name in
            guard let function = map_function(path, UInt(try UserTarget(path, symbol: name).resolve().fileOffset)) else {
                throw HookTrial.Failure(description: "\(path) cannot be mapped: \(String(cString: strerror(errno)))")
            }
            return function
        }
    }

    /// Where the copy is.
    static func place() throws -> String { try shared.get().path }

    /// Calls getppid of the copy.
    static func askForParent() throws { call_function(try shared.get().functions[0]) }

    /// Calls getpgid of the copy.
    static func askForGroup() throws { call_function(try shared.get().functions[1]) }

    /// Runs a body while the library's name means the copy.
    static func withName(_ body: () throws -> Void) throws {
        let library = try shared.get()
        setenv("LD_LIBRARY_PATH", library.directory, 1)
        defer { unsetenv("LD_LIBRARY_PATH") }
        let found = try UserTarget("libc.so.6", symbol: "getppid").resolve().path
        guard found == library.path else { throw HookTrial.Failure(description: "libc.so.6 is \(found)") }
        try body()
    }

    /// Takes the file away.
    static func remove() {
        guard let library = try? shared.get() else { return }
        unlink(library.path)
        rmdir(library.directory)
    }
}

/// Two devices of which each receives what the other sends, in this thread's network namespace; they go with the value.
final class DevicePair {
    let first: String
    let second: String
    private let netlink: Netlink
    /// The end of the address that was asked for last.
    private var last = 8

    init(_ kind: String) throws {
        let number = UInt32.random(in: 0..<10_000)
        let (first, second) = ("se\(number)a", "se\(number)b")
        netlink = try Netlink(for: "make a pair of devices")
        var message = NetlinkMessage(
            type: 16, flags: NetlinkMessage.acknowledged | NetlinkMessage.create | NetlinkMessage.exclusive, fixed: [UInt8](repeating: 0, count: 16))
        message.append(3, first)
        let peer = [UInt8](repeating: 0, count: 16) + NetlinkMessage.nested([(3, Array(second.utf8) + [0])])
        // VETH_INFO_PEER and IFLA_NETKIT_PEER_INFO have the same number; netkit also wants layer 2 (IFLA_NETKIT_MODE).
        var data: [(UInt16, [UInt8])] = [(1, peer)]
        if kind == "netkit" { data.append((4, UInt32(0).nativeBytes)) }
        message.append(18, nesting: [(1, Array(kind.utf8) + [0]), (2 | 0x8000, NetlinkMessage.nested(data))])
        do {
            try netlink.request(message)
        } catch { throw HookTrial.Failure(description: "make a pair of devices (\(kind)): \(error.cause)") }
        (self.first, self.second) = (first, second)
        try check(configure_device(first, "10.77.0.1", 24), "configure \(first)")
        try check(configure_device(second, "10.78.0.1", 24), "configure \(second)")
    }

    /// Sends a packet through both devices: each asks for an address behind it, which nobody has. It is another one each time, since the kernel asks for
    /// one and the same once in a second.
    func send() throws {
        last = last < 250 ? last + 1 : 9
        try send(to: ["10.77.0.\(last)", "10.78.0.\(last)"])
    }

    /// Sends a packet to each of the addresses.
    func send(to addresses: [String]) throws {
        for address in addresses {
            let number = socket(AF_INET, Int32(SOCK_DGRAM.rawValue), 0)
            defer { close(number) }
            var place = sockaddr_in()
            place.sin_family = sa_family_t(AF_INET)
            place.sin_port = UInt16(7).bigEndian
            inet_pton(AF_INET, address, &place.sin_addr)
            withUnsafePointer(to: &place) { place in
                place.withMemoryRebound(to: sockaddr.self, capacity: 1) { place in
                    _ = sendto(number, "event", 5, 0, place, socklen_t(MemoryLayout<sockaddr_in>.size))
                }
            }
        }
        usleep(50_000)
    }

    /// Sends a packet through both devices, again and again until one has arrived behind each.
    func deliver() throws {
        // The other side asks for addresses (ARP).
        let ends = [try FrameSocket(first, 0x0806), try FrameSocket(second, 0x0806)]
        var waiting = ends
        for _ in 0..<100 where !waiting.isEmpty {
            try send()
            waiting.removeAll { $0.receive() != nil }
        }
        guard waiting.isEmpty else { throw HookTrial.Failure(description: "no packet arrives") }
    }

    /// Has the first device receive a frame, and waits until what came before has gone through the network behind it.
    func deliver(_ etherType: UInt16, _ payload: [UInt8]) throws {
        let end = try FrameSocket(first, etherType)
        var arrived = 0
        // The socket may have a frame before the network has: when it has the second, the network has had the first.
        for _ in 0..<100 where arrived < 2 {
            try inject(etherType, payload)
            // Who sent it; what the frame holds, the network may have changed by now.
            if end.receive()?.dropFirst(6).starts(with: Self.nobody) ?? false { arrived += 1 }
        }
        guard arrived == 2 else { throw HookTrial.Failure(description: "no frame arrives") }
    }

    /// An address of Ethernet that no device has.
    private static let nobody: [UInt8] = [2, 0, 0, 0, 0, 1]

    /// Has the first device receive a frame from nobody in particular, for everybody.
    func inject(_ etherType: UInt16, _ payload: [UInt8]) throws {
        // AF_PACKET, SOCK_RAW
        let number = socket(17, Int32(SOCK_RAW.rawValue), 0)
        if number < 0 { try check(-errno, "socket(AF_PACKET)") }
        defer { close(number) }
        let frame = [UInt8](repeating: 0xFF, count: 6) + Self.nobody + [UInt8(etherType >> 8), UInt8(etherType & 0xFF)] + payload
        // struct sockaddr_ll: family, protocol, index, and what the kernel fills in.
        let place = UInt16(17).nativeBytes + [0, 0] + if_nametoindex(second).nativeBytes + [UInt8](repeating: 0, count: 12)
        let sent = place.withUnsafeBytes { place -> Int in
            guard let address = place.baseAddress?.assumingMemoryBound(to: sockaddr.self) else { return -1 }
            return sendto(number, frame, frame.count, 0, address, socklen_t(place.count))
        }
        if sent < 0 { try check(-errno, "send a frame") }
        usleep(50_000)
    }

    deinit {
        var message = NetlinkMessage(type: 17, flags: NetlinkMessage.acknowledged, fixed: [UInt8](repeating: 0, count: 16))
        message.append(3, first)
        _ = try? netlink.request(message)
    }
}

extension HookTrial {
    /// Two devices of a kind, or a line that says why there are none.
    static func pair(_ kind: String) -> DevicePair? {
        do {
            return try DevicePair(kind)
        } catch {
            print("not run, because \(error)")
            return nil
        }
    }
}

/// A socket that receives the frames of one kind that come in through a device (packet(7)).
final class FrameSocket {
    private let number: Int32

    init(_ device: String, _ etherType: UInt16) throws {
        // AF_PACKET, SOCK_RAW; of no kind until it belongs to the device.
        number = socket(17, Int32(SOCK_RAW.rawValue), 0)
        if number < 0 { try check(-errno, "socket(AF_PACKET)") }
        var patience = timeval(tv_sec: 0, tv_usec: 200_000)
        setsockopt(number, SOL_SOCKET, SO_RCVTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
        // struct sockaddr_ll: family, protocol, index, and what the kernel fills in.
        let place = UInt16(17).nativeBytes + etherType.bigEndian.nativeBytes + if_nametoindex(device).nativeBytes + [UInt8](repeating: 0, count: 12)
        let status = place.withUnsafeBytes { place -> Int32 in
            guard let address = place.baseAddress?.assumingMemoryBound(to: sockaddr.self) else { return -1 }
            return bind(number, address, socklen_t(place.count))
        }
        if status < 0 { try check(-errno, "bind(\(device))") }
    }

    /// The next frame; `nil` where none comes for a while.
    func receive() -> [UInt8]? {
        var bytes = [UInt8](repeating: 0, count: 2048)
        let count = recv(number, &bytes, bytes.count, 0)
        return count < 0 ? nil : Array(bytes.prefix(count))
    }

    deinit { close(number) }
}

/// A socket that listens on a port of 127.0.0.1, which others may share.
final class Listener {
    private(set) var number: Int32
    let port: UInt16

    /// - Parameter port: the port; 0 for one that is free.
    init(port: UInt16 = 0) throws {
        number = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_NONBLOCK.rawValue), 0)
        if number < 0 { try check(-errno, "socket") }
        var yes: Int32 = 1
        setsockopt(number, SOL_SOCKET, SO_REUSEPORT, &yes, socklen_t(MemoryLayout<Int32>.size))
        var place = Self.loopback(port)
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let status = Self.withAddress(&place) { [number] address in
            bind(number, address, size) == 0 && listen(number, 64) == 0 && getsockname(number, address, &size) == 0
        }
        self.port = UInt16(bigEndian: place.sin_port)
        if !status { try check(-errno, "listen") }
    }

    /// Connects another socket to the port.
    func connect() throws -> Int32 {
        let client = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        if client < 0 { try check(-errno, "socket") }
        var place = Self.loopback(port)
        let isConnected = Self.withAddress(&place) { Glibc.connect(client, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0 }
        if !isConnected { try check(-errno, "connect") }
        return client
    }

    /// Takes all connections that wait, and closes them.
    func takeAll() {
        while case let taken = accept(number, nil, nil), taken >= 0 { Glibc.close(taken) }
    }

    func close() {
        if number >= 0 { Glibc.close(number) }
        number = -1
    }

    private static func loopback(_ port: UInt16) -> sockaddr_in {
        var place = sockaddr_in()
        place.sin_family = sa_family_t(AF_INET)
        place.sin_port = port.bigEndian
        place.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        return place
    }

    private static func withAddress(_ place: inout sockaddr_in, _ body: (UnsafeMutablePointer<sockaddr>) -> Bool) -> Bool {
        withUnsafeMutablePointer(to: &place) { $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { body($0) } }
    }

    deinit { close() }
}

/// Two sockets of TCP that are connected, of which a map of sockets may have both.
final class StreamPair {
    private var pair: [Int32] = [-1, -1]

    init() throws {
        try check(connect_pair(&pair), "connect")
        var patience = timeval(tv_sec: 0, tv_usec: 200_000)
        for socket in pair { setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size)) }
    }

    /// Puts both into a map.
    func put(into map: Map) throws {
        let sockets = try SockMap(map)
        for (index, socket) in pair.enumerated() { try sockets.update(UInt32(index), toSocket: socket) }
    }

    /// Takes both out of a map.
    func take(from map: Map) throws {
        let sockets = try SockMap(map)
        for index in pair.indices { try sockets.remove(UInt32(index)) }
    }

    /// Sends some bytes from the first to the second, which has them then.
    func send() throws {
        if Glibc.send(pair[0], "event", 5, Int32(MSG_NOSIGNAL)) < 0 { try check(-errno, "send") }
        for _ in 0..<100 where HookTrial.isReceived(pair[1]) { return }
        throw HookTrial.Failure(description: "what is sent does not arrive")
    }

    deinit { for socket in pair { close(socket) } }
}

/// A socket that receives all packets of the machine's devices, as one of a group that divides them by their flows (packet(7)): for it, the kernel takes each
/// packet apart.
final class FlowSocket {
    private let number: Int32

    init() throws {
        // AF_PACKET, SOCK_RAW, ETH_P_ALL
        number = socket(17, Int32(SOCK_RAW.rawValue), Int32(UInt16(3).bigEndian))
        if number < 0 { try check(-errno, "socket(AF_PACKET)") }
        // SOL_PACKET, PACKET_FANOUT: the group, and PACKET_FANOUT_HASH.
        var group = Int32(getpid() & 0x7FFF)
        if setsockopt(number, 263, 18, &group, socklen_t(MemoryLayout<Int32>.size)) != 0 { try check(-errno, "PACKET_FANOUT") }
    }

    deinit { close(number) }
}

extension ObjectFile {
    /// Gives a way to avoid congestion a name of this process's own, since the kernel has each name once for the whole machine.
    ///
    /// - Parameters:
    ///   - set: the variable, whose name is the one that it has in the kernel.
    ///   - beginning: how the new name begins, where that is another.
    /// - Returns: the new name.
    mutating func renameCongestionControl(_ set: String, beginning: String? = nil) throws -> String {
        let place = try mapIndex(set)
        let name = "\(beginning ?? set)_\(getpid())"
        guard let operations = maps[place].structOperations, let start = operations.contents.start(of: Array(set.utf8)), name.utf8.count < 16 else {
            throw HookTrial.Failure(description: "the set '\(set)' has no name")
        }
        var contents = operations.contents
        contents.replaceSubrange(start..<start + name.utf8.count, with: name.utf8)
        maps[place].structOperations = BPFObject.StructOperations(type: operations.type, contents: contents, programs: operations.programs)
        return name
    }
}

extension [UInt8] {
    fileprivate func start(of part: [UInt8]) -> Int? {
        indices.first { self[$0...].starts(with: part) }
    }
}
