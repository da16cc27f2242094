// SPDX-License-Identifier: Apache-2.0

import BPFObject
import Bytes
import CLinux
import Glibc

/// Where in the way of a packet a program of XDP runs (`XDP_FLAGS_*` of `include/uapi/linux/if_link.h`).
public enum XDPMode: Sendable, Hashable {
    /// In the driver where it can run programs, else as ``generic``.
    case automatic
    /// In the network stack, for every device: slower, since the packet has a buffer already (`XDP_FLAGS_SKB_MODE`).
    case generic
    /// In the driver, or not at all (`XDP_FLAGS_DRV_MODE`).
    case native
    /// On the device itself (`XDP_FLAGS_HW_MODE`). The kernel takes there what was loaded for the device (`prog_ifindex`) alone, and programs are loaded
    /// for the machine here: attaching in this mode throws an ``EBPFError`` with ``EBPFError/Code/unsupported``.
    case offload

    var flags: UInt32 {
        switch self {
        case .automatic: 0
        case .generic: 1 << 1
        case .native: 1 << 2
        case .offload: 1 << 3
        }
    }
}

extension Program {
    /// Has the program see what a network device receives, before the network stack does. Linux 5.9.
    ///
    /// - Throws: ``EBPFError`` with ``EBPFError/Code/busy`` where another program is attached to the device, and with
    ///   ``EBPFError/Code/unsupported`` where its driver runs none in this mode.
    public func attach(toXDP interface: NetworkInterface, mode: XDPMode = .automatic) throws(EBPFError) -> Link {
        let hook = Hook.xdp(interface: interface.description)
        try check([.xdp], for: hook)
        try refuseOffload(mode, for: hook)
        return try link(hook, createLink(target: Int32(bitPattern: interface.index), .xdp, flags: mode.flags))
    }

    /// Has the program see what a network device receives, in the older form that `ip link set dev ... xdp` uses: an entry of the device, which this
    /// value takes out again unless another program has replaced it. Linux 4.8.
    ///
    /// The device holds the program: where the process is killed, it stays until it is taken out (`ip link set dev NAME xdp off`) or the device goes.
    ///
    /// - Parameter old: the program that must be attached at the moment, and is replaced (Linux 5.7); `nil` where none may be.
    /// - Throws: ``EBPFError`` as for ``attach(toXDP:mode:)``.
    public func attach(toXDPEntryOf interface: NetworkInterface, mode: XDPMode = .automatic, replacing old: Program? = nil) throws(EBPFError) -> Link
    {
        let hook = Hook.xdp(interface: interface.description)
        try check([.xdp], for: hook)
        try refuseOffload(mode, for: hook)
        let netlink = try Netlink(for: operation(attachingTo: hook))
        // XDP_FLAGS_UPDATE_IF_NOEXIST, or XDP_FLAGS_REPLACE with the program that is there.
        let message = Self.entry(
            of: interface, descriptor.number, flags: mode.flags | (old == nil ? 1 << 0 : 1 << 4), expected: old?.descriptor.number)
        do {
            try netlink.request(message)
        } catch {
            throw failure(attachingTo: hook, error)
        }
        let program = descriptor
        return Link(
            hook: hook,
            .undone { _ = try? netlink.request(Self.entry(of: interface, -1, flags: mode.flags | 1 << 4, expected: program.number)) })
    }

    private func refuseOffload(_ mode: XDPMode, for hook: Hook) throws(EBPFError) {
        guard mode == .offload else { return }
        throw EBPFError(
            .unsupported, operation(attachingTo: hook),
            cause: "a device runs programs that were loaded for it (prog_ifindex), and this one was loaded for the machine",
            remedy: "attach it in the driver (XDPMode.native)")
    }

    /// `RTM_SETLINK` with `IFLA_XDP`: descriptor, flags and the descriptor that is expected there.
    private static func entry(of interface: NetworkInterface, _ descriptor: Int32, flags: UInt32, expected: Int32?) -> NetlinkMessage {
        // struct ifinfomsg: family, type, index, flags, changes.
        var message = NetlinkMessage(
            type: 19, flags: NetlinkMessage.acknowledged,
            fixed: [0, 0, 0, 0] + interface.index.nativeBytes + [UInt8](repeating: 0, count: 8))
        var parts: [(UInt16, [UInt8])] = [(1, descriptor.nativeBytes), (3, flags.nativeBytes)]
        if let expected { parts.append((8, expected.nativeBytes)) }
        message.append(43, nesting: parts)
        return message
    }

    /// Why the network configuration refused the program.
    func failure(attachingTo hook: Hook, _ refusal: Netlink.Refusal) -> EBPFError {
        let judged = failure(attachingTo: hook, errno: refusal.errno)
        guard let text = refusal.text, judged.code == .system || judged.code == .busy else { return judged }
        guard judged.code == .system else {
            return EBPFError(
                .busy, judged.operation, cause: "\(judged.cause) (the kernel: \(text))", remedy: judged.remedy, errno: refusal.errno)
        }
        return EBPFError(.system, operation(attachingTo: hook), cause: text, errno: refusal.errno)
    }
}

/// What a device says of its programs (`IFLA_XDP`).
enum XDPEntry {
    /// The numbers of the programs that are attached to a device, one for each mode that has one; `nil` where the kernel does not say.
    static func programs(on interface: UInt32) -> [UInt32]? {
        guard let netlink = try? Netlink(for: "ask about a device") else { return nil }
        let message = NetlinkMessage(
            type: 18, flags: NetlinkMessage.acknowledged, fixed: [0, 0, 0, 0] + interface.nativeBytes + [UInt8](repeating: 0, count: 8))
        guard let answers = try? netlink.request(message) else { return nil }
        // RTM_NEWLINK answers; IFLA_XDP holds IFLA_XDP_PROG_ID, or one for each mode.
        var numbers: [UInt32] = []
        for answer in answers {
            for part in NetlinkAnswer.attributes(of: answer.body, from: 16) where part.type == 43 {
                for attribute in NetlinkAnswer.attributes(of: part.value, from: 0) where (4...7).contains(attribute.type) {
                    guard let number = attribute.value.integer(UInt32.self, at: 0, order: .native), number != 0 else { continue }
                    if !numbers.contains(number) { numbers.append(number) }
                }
            }
        }
        return numbers
    }
}
