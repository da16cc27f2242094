// SPDX-License-Identifier: Apache-2.0

import BPFAssembly
import CNamespaces
@testable import EBPF
import Glibc

extension HookTrial {
    private static func inCgroup(
        _ name: String, _ program: String, since: KernelVersion = "5.10", requirement: Requirement = .program, sharing: CgroupSharing? = nil,
        _ event: @escaping @Sendable () throws -> Void
    ) -> HookTrial {
        HookTrial(name: name, since: since, requirement: requirement) {
            let tried = try TriedProgram(program)
            let group = try OwnCgroup()
            let link: Link
            if let sharing {
                link = try tried.program.attach(toCgroup: group.path, sharing: sharing)
            } else {
                link = try tried.program.attach(AttachOptions(cgroup: group.path))
            }
            try group.enter()
            defer { group.leave() }
            try tried.prove(link, event)
        }
    }

    static func makeSocket() throws {
        let number = socket(AF_INET, Int32(SOCK_DGRAM.rawValue), 0)
        try HookTests.check(number, "socket")
        close(number)
    }

    private static func connect() throws {
        var pair: [Int32] = [-1, -1]
        try HookTests.check(connect_pair(&pair), "connect")
        for socket in pair { close(socket) }
    }

    private static func useOption(set: Bool) throws {
        let number = socket(AF_INET, Int32(SOCK_DGRAM.rawValue), 0)
        defer { close(number) }
        var value: Int32 = 1
        var size = socklen_t(MemoryLayout<Int32>.size)
        if set {
            setsockopt(number, SOL_SOCKET, SO_REUSEADDR, &value, size)
        } else {
            getsockopt(number, SOL_SOCKET, SO_REUSEADDR, &value, &size)
        }
    }

    /// What sockets of a family do with addresses; the programs are named after it.
    private static func ofAddresses(_ event: String, _ family: Int32, since: KernelVersion = "5.10") -> HookTrial {
        inCgroup("cgroup, \(event)", "hook_cgroup_\(event)", since: since) { try EBPFTests.check(converse(family), "converse") }
    }

    private static let addresses: [HookTrial] =
        ["bind", "post_bind", "sendmsg", "recvmsg", "getpeername", "getsockname"].flatMap {
            [ofAddresses($0 + "4", AF_INET), ofAddresses($0 + "6", AF_INET6)]
        } + [ofAddresses("connect6", AF_INET6)]
        + ["connect_unix", "sendmsg_unix", "recvmsg_unix", "getpeername_unix", "getsockname_unix"].map { ofAddresses($0, AF_UNIX, since: "6.7") }

    static let cgroups: [HookTrial] =
        [
            inCgroup("cgroup_skb, ingress", "hook_cgroup_skb_ingress", sendDatagram),
            inCgroup("cgroup_skb, egress", "hook_cgroup_skb_egress", sendDatagram),
            inCgroup("cgroup_skb, egress, without a link", "hook_cgroup_skb_egress", sharing: .multiple, sendDatagram),
            inCgroup("cgroup, sock_create", "hook_cgroup_sock", makeSocket),
            inCgroup("cgroup, sock_release", "hook_cgroup_sock_release", makeSocket),
            inCgroup("cgroup, connect4", "hook_cgroup_connect4", connect),
            inCgroup("cgroup, sysctl", "hook_cgroup_sysctl") { _ = try FileContents.read("/proc/sys/kernel/ostype") },
            inCgroup("cgroup, getsockopt", "hook_cgroup_getsockopt") { try useOption(set: false) },
            inCgroup("cgroup, setsockopt", "hook_cgroup_setsockopt") { try useOption(set: true) },
            inCgroup("cgroup, device", "hook_cgroup_dev") { try HookTests.check(close(open("/dev/null", O_RDONLY)), "open /dev/null") },
            inCgroup("cgroup, sock_ops", "hook_sockops", connect),
            inCgroup("lsm_cgroup", "hook_lsm_cgroup", since: "6.0", requirement: .condition { hasSecurityModule }, makeSocket),
        ] + addresses
}
