// SPDX-License-Identifier: GPL-2.0-only OR MIT

/// A set of functions that the kernel calls (`struct_ops`), under the name of the kernel's structure of them: a way to avoid congestion, a scheduler, a queue.
///
///     struct tcp_congestion_ops: BitwiseCopyable { var name: CString<16> }
///     let steady = StructOperations(tcp_congestion_ops(name: CString("steady")))
///
///     @section("struct_ops/steady.ssthresh")
///     func steady_ssthresh(socket: TrustedPointer<sock>) -> UInt32 { 2 }
///
/// The structure is declared with the members that are values; each program whose section names the set and one of the kernel's members becomes that member.
/// What the kernel passes to it is compared with the kernel's types when the kernel half is compiled. `Documentation/bpf`, `include/linux/bpf.h`: `struct
/// bpf_struct_ops`. Linux 5.6.
@frozen public struct StructOperations<Members: BitwiseCopyable>: ~Copyable, @unchecked Sendable {
    @usableFromInline let storage: VariableStorage<SetOfOperations<Members>>

    /// A set and the values among its members, which must be known when the kernel half is compiled.
    ///
    /// - Parameter isLinked: whether it is attached by a link, which goes with whoever holds it, and can be updated. Linux 6.4.
    @inline(__always) public init(_ members: Members, isLinked: Bool = false) {
        storage = VariableStorage(SetOfOperations(isLinked: isLinked ? 1 : 0, members: members))
    }
}

/// What the compiler makes a set of functions out of.
@frozen public struct SetOfOperations<Members: BitwiseCopyable>: BitwiseCopyable {
    @usableFromInline let isLinked: UInt64
    @usableFromInline let members: Members

    @inline(__always) @usableFromInline init(isLinked: UInt64, members: Members) {
        self.isLinked = isLinked
        self.members = members
    }
}
