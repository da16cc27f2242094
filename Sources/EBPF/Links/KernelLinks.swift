// SPDX-License-Identifier: Apache-2.0

import CLinux
import Glibc

/// The links of the machine, of all processes (BPF_LINK_GET_NEXT_ID, Linux 5.8; it takes CAP_SYS_ADMIN).
enum KernelLinks {
    /// The most that are looked at, so that a machine with very many of them does not hold up a message.
    private static let limit = 16_384

    /// What the kernel says of those of one kind (`enum bpf_link_type`) that a condition holds for; `nil` where this process may not list them.
    static func all(ofKind kind: UInt32, where isWanted: (bpf_link_information) -> Bool) -> [bpf_link_information]? {
        var found: [bpf_link_information] = []
        var place = bpf_descriptor_by_id_attributes()
        for _ in 0..<limit {
            let status = bpf(.linkNextID, &place)
            guard status >= 0 else { return status == -ENOENT ? found : nil }
            place.id = place.next_id
            var attributes = bpf_descriptor_by_id_attributes()
            attributes.id = place.id
            let number = bpf(.linkDescriptorByID, &attributes)
            // It may have gone meanwhile.
            guard number >= 0 else { continue }
            let descriptor = Descriptor(number)
            var information = bpf_link_information()
            guard objectInformation(of: descriptor.number, &information) >= 0, information.type == kind, isWanted(information) else { continue }
            found.append(information)
        }
        return found
    }
}
