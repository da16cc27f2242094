// SPDX-License-Identifier: Apache-2.0

import BPFObject
import CLinux
import Glibc

extension Link {
    /// Pins the link in a bpf file system: the program stays attached when the link goes, until the file is removed. Linux 5.7.
    ///
    /// - Throws: ``EBPFError`` where the path is on no bpf file system, exists already, or the attachment has no link of the kernel.
    public borrowing func pin(at path: String) throws(EBPFError) {
        let operation = "pin the link to \(hook) at \(path)"
        let status = PinnedObject.pin(try kernelLink(for: operation).number, at: path)
        guard status >= 0 else { throw EBPFError(pinning: path, errno: -status, operation) }
        if case .usdt(let probes) = attachment.form { probes.keepDescriptions() }
    }

    /// Opens a link that is pinned. Linux 5.7.
    ///
    /// Dropping the value leaves the program attached, since the pin holds it; ``detach()`` detaches it where the kernel can do that, and removing
    /// the file always does.
    ///
    /// - Throws: ``EBPFError`` where nothing, or no link, is pinned there.
    public static func open(_ path: String) throws(EBPFError) -> Link {
        let operation = "open the link pinned at \(path)"
        let number = PinnedObject.open(path)
        guard number >= 0 else { throw EBPFError(openingPin: path, errno: -number, operation) }
        let descriptor = SharedDescriptor(Descriptor(number))
        guard [.known(.link), .unknown].contains(DescriptorKind.of(number)) else {
            throw EBPFError(.invalid, operation, cause: "what is pinned there is no link", remedy: "name another path")
        }
        return Link(hook: try LinkInformation(of: descriptor, for: operation).hook, .link(descriptor))
    }
}
