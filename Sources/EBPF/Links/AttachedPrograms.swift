// SPDX-License-Identifier: Apache-2.0

import BPFObject
import CLinux

/// The programs that are attached to a target, such as a cgroup, for one attach type (BPF_PROG_QUERY, Linux 4.15). Those of cgroups above are not among them.
struct AttachedPrograms {
    /// Their numbers, in the order in which they run.
    let identifiers: [UInt32]

    /// Asks the kernel; `nil` where it does not say.
    init?(to target: Int32, _ type: AttachType) {
        // BPF_CGROUP_MAX_PROGS of include/linux/bpf.h; other targets take fewer.
        var numbers = [UInt32](repeating: 0, count: 64)
        var attributes = bpf_program_query_attributes()
        attributes.target_fd = UInt32(bitPattern: target)
        attributes.attach_type = type.rawValue
        attributes.prog_cnt = UInt32(numbers.count)
        let status = numbers.withUnsafeMutableBytes { bytes in
            attributes.prog_ids = address(bytes.baseAddress)
            return bpf(.programQuery, &attributes)
        }
        guard status >= 0 else { return nil }
        identifiers = Array(numbers.prefix(Int(attributes.prog_cnt)))
    }

    /// They, as messages name them, each with its link where it has one of the kind that the target has (`enum bpf_link_type`).
    func holders(linkedAs kind: UInt32) -> [Holder] { Holder.programs(identifiers, linkedAs: kind) }
}
