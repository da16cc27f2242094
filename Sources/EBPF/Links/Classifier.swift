// SPDX-License-Identifier: Apache-2.0

import Bytes
import CLinux
import Glibc
import Synchronization

/// The filters of one direction of a network device (`clsact`).
///
/// The kernel takes a `clsact` away together with its filters, whoever has put those there. So what makes one, adds to it or takes it away does so in a
/// ``NamespaceTurn``, which other threads and other processes with this library wait for.
struct Classifier: Sendable {
    let netlink: Netlink
    let interface: UInt32
    let direction: PacketDirection

    /// A filter, as the kernel knows it.
    struct Filter: Sendable, Hashable {
        /// `TC_H_MAKE(TC_H_CLSACT, TC_H_MIN_INGRESS)` or its fellow.
        let place: UInt32
        let handle: UInt32
        /// Priority and protocol.
        let information: UInt32

        init?(_ answer: NetlinkAnswer, at place: UInt32) {
            guard answer.type == 44, let handle = answer.body.integer(UInt32.self, at: 8, order: .native), handle != 0,
                let information = answer.body.integer(UInt32.self, at: 16, order: .native)
            else { return nil }
            (self.place, self.handle, self.information) = (place, handle, information)
        }
    }

    /// What this process has on a device.
    private struct Queue {
        var filters: Set<Filter> = []
        /// Whether this process made the `clsact`.
        var isOwn = false
    }

    /// By the numbers of the device and the namespace. Devices without filters of this process are not in it.
    private static let queues = Mutex<[[UInt64]: Queue]>([:])

    private var key: [UInt64] { [UInt64(interface), netlink.namespace] }

    /// `TC_H_CLSACT`, and what stands below it for each direction.
    private static let parent: UInt32 = 0xFFFF_FFF1
    private static let places: [UInt32] = [0xFFFF_FFF2, 0xFFFF_FFF3]
    private var place: UInt32 { Self.places[direction == .ingress ? 0 : 1] }

    /// Adds a filter that decides itself what becomes of the packet (`direct-action`), and the `clsact` where there is none.
    ///
    /// - Parameters:
    ///   - id: the program's number.
    ///   - isEchoed: whether the kernel is asked to say what it has made; else that is looked for.
    func attach(program: Int32, id: UInt32, name: String, priority: UInt16, isEchoed: Bool = true) throws(Netlink.Refusal) -> Filter {
        let turn = NamespaceTurn(netlink)
        defer { turn.end() }
        do throws(Netlink.Refusal) {
            try makeQueue()
            let answers = try add(program, name, priority, isEchoed: isEchoed)
            guard let filter = answers.lazy.compactMap({ Filter($0, at: place) }).first ?? find(program: id, priority) else {
                throw Netlink.Refusal(errno: EIO, text: "the kernel does not say which filter it has made, and has none with the program")
            }
            Self.queues.withLock { _ = $0[key, default: Queue()].filters.insert(filter) }
            return filter
        } catch {
            leaveQueue()
            throw error
        }
    }

    /// Takes a filter out, and the `clsact` with the last one of this process if that made it and nobody else uses it.
    func remove(_ filter: Filter) {
        let turn = NamespaceTurn(netlink)
        defer { turn.end() }
        var message = message(45, NetlinkMessage.acknowledged, handle: filter.handle, parent: filter.place, information: filter.information)
        message.append(1, "bpf")
        let isDone = (try? netlink.request(message)) != nil
        Self.queues.withLock { queues in
            _ = queues[key]?.filters.remove(filter)
            // Somebody has taken it out, perhaps with the whole clsact: what is there now may be another's.
            if !isDone { queues[key]?.isOwn = false }
        }
        leaveQueue()
    }

    /// How many filters there are in both directions, whoever made them; `nil` where the kernel does not say.
    var count: Int? {
        var count = 0
        for place in Self.places {
            guard let answers = answers(at: place) else { return nil }
            count += answers.count { Filter($0, at: place) != nil }
        }
        return count
    }
}

extension Classifier {
    /// struct tcmsg: family, index, handle, parent, information.
    private func message(_ type: UInt16, _ flags: UInt16, handle: UInt32, parent: UInt32, information: UInt32 = 0) -> NetlinkMessage {
        let fixed = [interface, handle, parent, information].flatMap { $0.nativeBytes }
        return NetlinkMessage(type: type, flags: flags, fixed: [0, 0, 0, 0] + fixed)
    }

    /// Makes the `clsact` unless there is one. Answers whether it did.
    @discardableResult
    private func makeQueue() throws(Netlink.Refusal) -> Bool {
        var message = message(
            36, NetlinkMessage.acknowledged | NetlinkMessage.create | NetlinkMessage.exclusive, handle: 0xFFFF_0000, parent: Self.parent)
        message.append(1, "clsact")
        do {
            try netlink.request(message)
        } catch {
            guard error.errno == EEXIST else { throw error }
            return false
        }
        Self.queues.withLock { $0[key, default: Queue()].isOwn = true }
        return true
    }

    /// Forgets the device where this process has no filters on it any more, and takes its `clsact` out if this process made it and nobody uses it.
    private func leaveQueue() {
        let left = Self.queues.withLock { queues -> Queue? in
            guard let queue = queues[key], queue.filters.isEmpty else { return nil }
            queues[key] = nil
            return queue
        }
        // What the kernel does not answer about, such as a device that has gone, is left alone.
        guard left?.isOwn == true, Self.places.allSatisfy({ answers(at: $0)?.isEmpty == true }) else { return }
        _ = try? netlink.request(message(37, NetlinkMessage.acknowledged, handle: 0xFFFF_0000, parent: Self.parent))
    }

    private func add(_ program: Int32, _ name: String, _ priority: UInt16, isEchoed: Bool) throws(Netlink.Refusal) -> [NetlinkAnswer] {
        var message = message(
            44, NetlinkMessage.acknowledged | NetlinkMessage.create | NetlinkMessage.exclusive | (isEchoed ? NetlinkMessage.echoed : 0),
            handle: 0, parent: place, information: UInt32(priority) << 16 | UInt32(UInt16(3).bigEndian))  // ETH_P_ALL
        message.append(1, "bpf")
        // TCA_BPF_FD, TCA_BPF_NAME, TCA_BPF_FLAGS with TCA_BPF_FLAG_ACT_DIRECT.
        message.append(2, nesting: [(6, program.nativeBytes), (7, Array(name.utf8.prefix(63)) + [0]), (8, UInt32(1).nativeBytes)])
        for _ in 0..<8 {
            do throws(Netlink.Refusal) {
                return try netlink.request(message)
            } catch {
                // Who does not wait for turns may have taken the clsact away, which the kernel answers with EINVAL.
                guard error.errno == EINVAL, try makeQueue() else { throw error }
            }
        }
        throw Netlink.Refusal(errno: EBUSY, text: "another process takes the clsact away each time that it is made")
    }

    /// The messages about filters at a place; `nil` where the kernel does not say.
    private func answers(at place: UInt32) -> [NetlinkAnswer]? {
        try? netlink.request(message(46, NetlinkMessage.dump, handle: 0, parent: place))
    }

    /// The filter with a program, and with a priority where one was asked for, that this process does not know of yet.
    private func find(program: UInt32, _ priority: UInt16) -> Filter? {
        let known = Self.queues.withLock { $0[key]?.filters ?? [] }
        for answer in answers(at: place) ?? [] {
            guard let filter = Filter(answer, at: place), !known.contains(filter), priority == 0 || filter.information >> 16 == UInt32(priority)
            else {
                continue
            }
            // TCA_OPTIONS, with TCA_BPF_ID in it.
            let options = NetlinkAnswer.attributes(of: answer.body, from: 20).first { $0.type == 2 }?.value
            let number = options.flatMap { NetlinkAnswer.attributes(of: $0, from: 0).first { $0.type == 11 }?.value }
            if number?.integer(UInt32.self, at: 0, order: .native) == program { return filter }
        }
        return nil
    }
}
