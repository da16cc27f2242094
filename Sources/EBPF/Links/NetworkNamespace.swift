// SPDX-License-Identifier: Apache-2.0

import BPFObject
import CLinux
import Glibc

extension Program {
    /// Attaches the program to a network namespace: `flow_dissector`, of which there is one in each (Linux 5.8), or `sk_lookup`, of which several run in
    /// turn (Linux 5.9).
    ///
    /// - Parameter path: a file that stands for the namespace, such as `/run/netns/blue` or `/proc/PID/ns/net`; `/proc/thread-self/ns/net` is this thread's.
    /// - Throws: ``EBPFError`` with ``EBPFError/Code/busy`` where the namespace has a dissector already, or 64 programs of `sk_lookup`.
    public func attach(toNetworkNamespace path: String) throws(EBPFError) -> Link {
        let hook = Hook.networkNamespace(attachType ?? AttachType(rawValue: 0), path: path)
        try check([.flowDissector, .skLookup], for: hook)
        let number = linux_openat(AT_FDCWD, path, O_RDONLY | O_CLOEXEC)
        guard number >= 0 else {
            throw EBPFError(
                .noSuchTarget, operation(attachingTo: hook), cause: "\(path) cannot be opened: \(Failure.text(of: errno))",
                remedy: "'ip netns' lists those with names; those of processes are /proc/PID/ns/net", errno: errno)
        }
        let namespace = Descriptor(number)
        return try link(hook, createLink(target: namespace.number, attachType ?? AttachType(rawValue: 0)))
    }
}
