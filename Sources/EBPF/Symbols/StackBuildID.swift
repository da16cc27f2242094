// SPDX-License-Identifier: Apache-2.0

public import ELF

/// One entry of a stack of user space that was taken with build ids (`BPF_F_USER_BUILD_ID`, `BPF_F_STACK_BUILD_ID`, Linux 4.17): a file by its build
/// id, and a place in it, which mean the same when the process has ended, and on other machines.
///
/// It has the layout of the kernel's `struct bpf_stack_build_id` (include/uapi/linux/bpf.h), 32 bytes, so that values of maps and events can hold it.
public struct StackBuildID: BitwiseCopyable, Sendable {
    /// `BPF_STACK_BUILD_ID_EMPTY` (0), `_VALID` (1), or `_IP` (2), where the kernel found no build id and left the address.
    public var status: Int32
    /// The build id, filled up with zeros where it is shorter.
    public var bytes: InlineArray<20, UInt8>
    /// The place in the file in bytes, or the address.
    public var value: UInt64

    /// An empty entry.
    public init() {
        status = 0
        bytes = InlineArray(repeating: 0)
        value = 0
    }

    /// An entry by its parts.
    public init(status: Int32, bytes: InlineArray<20, UInt8>, value: UInt64) {
        self.status = status
        self.bytes = bytes
        self.value = value
    }

    /// The build id, where there is one; without the zeros that fill it up, as far as those can be told from it.
    public var identity: BuildID? {
        guard status == 1 else { return nil }
        let all = bytes.indices.map { bytes[$0] }
        let significant = (all.lastIndex { $0 != 0 } ?? -1) + 1
        // Linkers make 8, 16 or 20 bytes.
        return BuildID(Array(all.prefix(significant <= 8 ? 8 : significant <= 16 ? 16 : 20)))
    }

    /// The place in the file in bytes, where there is a build id.
    public var fileOffset: UInt64? { status == 1 ? value : nil }

    /// The address, where there is no build id.
    public var address: UInt64? { status == 2 ? value : nil }
}

/// A build id as the kernel gives it: cut to, or filled up to, twenty bytes.
struct PaddedBuildID: Hashable {
    private let bytes: [UInt8]

    init(_ identity: BuildID) {
        bytes = Array((identity.bytes + [UInt8](repeating: 0, count: 20)).prefix(20))
    }
}
