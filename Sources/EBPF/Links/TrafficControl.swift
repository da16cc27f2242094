// SPDX-License-Identifier: Apache-2.0

public import BPFObject
import BPFAssembly
import Bytes
import CLinux
import Glibc
import Synchronization

extension Program {
    /// Has the program see what a network device receives or sends, in traffic control: by a link (tcx, Linux 6.6), or by a filter on the older `clsact`
    /// where the kernel has no such links, which outlives a process that is killed.
    ///
    /// - Parameter order: where it stands among other programs; with the older form, which knows priorities only, `nil` alone.
    /// - Throws: ``EBPFError`` where the device is not there, or the kernel refuses.
    public func attach(
        toTrafficControl interface: NetworkInterface, _ direction: PacketDirection, order: LinkOrder? = nil
    ) throws(EBPFError) -> Link {
        let hook = Hook.trafficControl(direction, interface: interface.description)
        try check([.schedCLS], for: hook)
        let type = direction == .ingress ? AttachType.tcxIngress : .tcxEgress
        let number = createLink(target: Int32(bitPattern: interface.index), type, flags: order?.flags ?? 0) {
            $0.order.relative = order?.relative ?? 0
        }
        let isOld = number == -EINVAL && (KernelVersion.running.map { $0 < "6.6" } ?? false)
        guard isOld else { return try link(hook, number) }
        guard order == nil else { throw failure(attachingTo: hook, errno: EINVAL) }
        return try attach(toClassifier: interface, direction)
    }

    /// Has the program see what a network device receives or sends, by a filter on `clsact`, as `tc filter add ... bpf direct-action` makes it. Linux 4.5.
    ///
    /// The `clsact` is made where there is none, and goes with the last filter of this process that needed it if no others use it.
    /// The device holds both: where the process is killed, they stay until they are taken out (`tc qdisc del dev NAME clsact`) or the device goes.
    ///
    /// - Parameter priority: smaller numbers come first; 0 lets the kernel choose one.
    /// - Throws: ``EBPFError`` where the device is not there, or the kernel refuses.
    public func attach(
        toClassifier interface: NetworkInterface, _ direction: PacketDirection, priority: UInt16 = 0
    ) throws(EBPFError) -> Link {
        let hook = Hook.trafficControl(direction, interface: interface.description)
        try check([.schedCLS], for: hook)
        let netlink = try Netlink(for: operation(attachingTo: hook))
        let classifier = Classifier(netlink: netlink, interface: interface.index, direction: direction)
        do {
            try classifier.makeQueue()
            let filter = try classifier.add(program: descriptor.number, name: name, priority: priority)
            return Link(hook: hook, .undone { classifier.remove(filter) })
        } catch {
            classifier.removeQueueUnlessUsed()
            throw failure(attachingTo: hook, error)
        }
    }
}

/// The filters of one direction of a network device (`clsact`).
struct Classifier: Sendable {
    let netlink: Netlink
    let interface: UInt32
    let direction: PacketDirection

    /// A filter, as the kernel knows it.
    struct Filter: Sendable, Hashable {
        let handle: UInt32
        /// Priority and protocol.
        let information: UInt32
    }

    /// The devices whose `clsact` this process made: the number of the device, and that of the namespace.
    private static let made = Mutex<Set<[UInt64]>>([])

    /// `TC_H_CLSACT`.
    private static let parent: UInt32 = 0xFFFF_FFF1
    /// `TC_H_MAKE(TC_H_CLSACT, TC_H_MIN_INGRESS)` and its fellow.
    private var place: UInt32 { direction == .ingress ? 0xFFFF_FFF2 : 0xFFFF_FFF3 }

    private var key: [UInt64] { [UInt64(interface), netlink.namespace] }

    /// struct tcmsg: family, index, handle, parent, information.
    private func message(_ type: UInt16, _ flags: UInt16, handle: UInt32, parent: UInt32, information: UInt32 = 0) -> NetlinkMessage {
        let fixed = [interface, handle, parent, information].flatMap { $0.nativeBytes }
        return NetlinkMessage(type: type, flags: flags, fixed: [0, 0, 0, 0] + fixed)
    }

    /// Makes the `clsact` unless there is one.
    func makeQueue() throws(Netlink.Refusal) {
        var message = message(
            36, NetlinkMessage.acknowledged | NetlinkMessage.create | NetlinkMessage.exclusive, handle: 0xFFFF_0000, parent: Self.parent)
        message.append(1, "clsact")
        do {
            try netlink.request(message)
            _ = Self.made.withLock { $0.insert(key) }
        } catch {
            guard error.errno == EEXIST else { throw error }
        }
    }

    /// Adds a filter that decides itself what becomes of the packet (`direct-action`).
    func add(program: Int32, name: String, priority: UInt16) throws(Netlink.Refusal) -> Filter {
        var message = message(
            44, NetlinkMessage.acknowledged | NetlinkMessage.create | NetlinkMessage.exclusive | NetlinkMessage.echoed, handle: 0, parent: place,
            information: UInt32(priority) << 16 | UInt32(UInt16(3).bigEndian))  // ETH_P_ALL
        message.append(1, "bpf")
        message.append(
            2,
            nesting: [
                (6, program.nativeBytes), (7, Array(name.utf8.prefix(63)) + [0]), (8, UInt32(1).nativeBytes),
            ])
        for answer in try netlink.request(message) where answer.type == 44 {
            guard let handle = answer.body.integer(UInt32.self, at: 8, order: .native),
                let information = answer.body.integer(UInt32.self, at: 16, order: .native)
            else { continue }
            return Filter(handle: handle, information: information)
        }
        throw Netlink.Refusal(errno: EIO, text: "the kernel does not say which filter it has made")
    }

    /// Takes a filter out, and the `clsact` with the last one if this process made it.
    func remove(_ filter: Filter) {
        var message = message(45, NetlinkMessage.acknowledged, handle: filter.handle, parent: place, information: filter.information)
        message.append(1, "bpf")
        _ = try? netlink.request(message)
        removeQueueUnlessUsed()
    }

    /// Takes the `clsact` out if this process made it and no filter is left in either direction.
    func removeQueueUnlessUsed() {
        guard Self.made.withLock({ $0.contains(key) }) else { return }
        for place in [0xFFFF_FFF2, 0xFFFF_FFF3] as [UInt32] {
            guard let filters = try? netlink.request(message(46, NetlinkMessage.dump, handle: 0, parent: place)), filters.isEmpty else { return }
        }
        _ = try? netlink.request(message(37, NetlinkMessage.acknowledged, handle: 0xFFFF_0000, parent: Self.parent))
        _ = Self.made.withLock { $0.remove(key) }
    }
}
