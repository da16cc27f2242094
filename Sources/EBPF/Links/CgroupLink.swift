// SPDX-License-Identifier: Apache-2.0

import BPFObject
import CLinux
import Glibc

/// The links of cgroups, as the kernel lists them (BPF_LINK_GET_NEXT_ID, Linux 5.8).
enum CgroupLink {
    /// The number of the link by which a program is attached to a cgroup.
    ///
    /// - Throws: ``EBPFError`` where it is not attached there by a link, or this process may not list links.
    static func identifier(
        of program: Program, in cgroup: SharedDescriptor, _ type: AttachType, for operation: String
    ) throws(EBPFError) -> UInt32 {
        let wanted = try program.information().id
        var directory = stat()
        guard fstat(cgroup.number, &directory) == 0 else { throw EBPFError(system: errno, operation) }
        var attributes = bpf_descriptor_by_id_attributes()
        while true {
            let status = bpf(.linkNextID, &attributes)
            guard status != -ENOENT else { break }
            guard status >= 0 else { throw EBPFError(system: -status, operation, attempting: .findByNumber) }
            attributes.id = attributes.next_id
            guard let link = try information(of: attributes.id, for: operation), link.type == kind, link.prog_id == wanted else { continue }
            // The number of a cgroup's directory is the cgroup's.
            let (place, attached) = details(link)
            if place == UInt64(directory.st_ino), attached == type.rawValue { return link.id }
        }
        throw EBPFError(
            .noSuchTarget, operation,
            cause: "program '\(program.name)' (\(wanted)) is not attached there by a link, so that nothing stands beside it",
            remedy: "attach it first with attach(toCgroup:), or leave the order out")
    }

    /// `BPF_LINK_TYPE_CGROUP`
    private static let kind: UInt32 = 3

    /// What the kernel says of a link; `nil` where it has gone meanwhile, or is not made yet (EAGAIN).
    private static func information(of identifier: UInt32, for operation: String) throws(EBPFError) -> bpf_link_information? {
        var attributes = bpf_descriptor_by_id_attributes()
        attributes.id = identifier
        let number = bpf(.linkDescriptorByID, &attributes)
        if number == -ENOENT || number == -EAGAIN { return nil }
        guard number >= 0 else { throw EBPFError(system: -number, operation, attempting: .findByNumber) }
        let descriptor = Descriptor(number)
        var information = bpf_link_information()
        let status = objectInformation(of: descriptor.number, &information)
        guard status >= 0 else { throw EBPFError(system: -status, operation, attempting: .findByNumber) }
        return information
    }

    /// The cgroup's number and the attach type.
    private static func details(_ link: bpf_link_information) -> (UInt64, UInt32) {
        var link = link
        return withUnsafeBytes(of: &link.details) {
            ($0.loadUnaligned(fromByteOffset: 0, as: UInt64.self), $0.loadUnaligned(fromByteOffset: 8, as: UInt32.self))
        }
    }
}
