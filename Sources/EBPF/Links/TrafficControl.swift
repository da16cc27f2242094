// SPDX-License-Identifier: Apache-2.0

public import BPFObject
import BPFAssembly
import CLinux
import Glibc

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
        let asked: [LaterOption] = order == nil ? [] : [.trafficControlOrder]
        guard number == -EINVAL, order == nil, !KernelFeatures.running.support(ofLinks: .tcx).isYes else {
            return try link(hook, number, asking: asked)
        }
        return try attach(toClassifier: interface, direction)
    }

    /// Has the program see what a network device receives or sends, by a filter on `clsact`, as `tc filter add ... bpf direct-action` makes it. Linux 4.5.
    ///
    /// The `clsact` is made where there is none, and goes with the last filter of this process on the device if no others use it. Threads and processes with
    /// this library take turns at that; other tools that take a `clsact` away take the filters of all with it. The device holds both: where the process
    /// is killed, they stay until they are taken out (`tc qdisc del dev NAME clsact`) or the device goes.
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
        let id = try information().id
        do {
            let filter = try classifier.attach(program: descriptor.number, id: id, name: name, priority: priority)
            return Link(hook: hook, .undone { classifier.remove(filter) })
        } catch { throw failure(attachingTo: hook, error) }
    }
}
