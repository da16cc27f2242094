// SPDX-License-Identifier: Apache-2.0

public import BTF

/// A set of functions that the kernel calls (`struct_ops`), as an object fills it in.
///
///     SEC(".struct_ops.link")
///     struct tcp_congestion_ops steady = { .ssthresh = (void *)steady_ssthresh, .name = "steady" };
public struct StructOperations: Sendable, Hashable {
    /// The type of the variable in the object's BTF, a struct.
    public let type: TypeID
    /// The bytes of the variable.
    public let contents: [UInt8]
    /// The programs that its members point to: the offset of the member in bytes, and the place in ``ObjectFile/programs``.
    public internal(set) var programs: [UInt32: Int]
}
