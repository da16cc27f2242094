// SPDX-License-Identifier: Apache-2.0

import BPFObject

/// A set of functions that the kernel calls; it is attached by ``LoadedObject/attachStructOperations(_:)``.
///
/// Linux 5.6. `include/uapi/linux/bpf.h`: `BPF_MAP_TYPE_STRUCT_OPS`.
public struct StructOpsMap: MapKind {
    /// The map.
    public let map: Map

    /// The map as one of this kind.
    ///
    /// - Throws: ``EBPFError`` where it is of another kind. The kernel is not asked.
    public init(_ map: Map) throws(EBPFError) { self.map = try map.checked(as: Self.self, [.structOps]) }

    /// What the kernel does with the set (`enum bpf_struct_ops_state` of `include/linux/bpf.h`).
    public enum State: Sendable, Hashable {
        /// It has no functions yet.
        case initial
        /// The kernel calls it, in the older form without a link.
        case inUse
        /// It is being taken away.
        case toBeFreed
        /// It has its functions, and links attach it. Linux 6.4.
        case ready
        /// A state that is not known here.
        case other(UInt32)
    }

    /// What the kernel does with the set now.
    ///
    /// - Throws: ``EBPFError`` where the kernel refuses.
    public func state() throws(EBPFError) -> State {
        // struct bpf_struct_ops_common_value: a count of references, then the state.
        let bytes = try map.bytes(for: UInt32(0).nativeBytes) ?? []
        guard bytes.count >= 8 else { throw EBPFError(.system, "read map '\(map.name)' (\(map.type))", cause: "its value has \(bytes.count) bytes") }
        let number = bytes.withUnsafeBytes { $0.loadUnaligned(fromByteOffset: 4, as: UInt32.self) }
        switch number {
        case 0: return .initial
        case 1: return .inUse
        case 2: return .toBeFreed
        case 3: return .ready
        default: return .other(number)
        }
    }
}
