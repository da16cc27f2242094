// SPDX-License-Identifier: GPL-2.0-only OR MIT

/// A hash table that makes room by dropping what was used least recently.
///
///     let entries = LRUHashMap<UInt32, UInt64>(maxEntries: 10_240)
///
/// Linux 4.10. `include/uapi/linux/bpf.h`: `BPF_MAP_TYPE_LRU_HASH`.
@frozen public struct LRUHashMap<Key: BitwiseCopyable, Value: BitwiseCopyable>: RemovableMap, ~Copyable, @unchecked Sendable {
    /// What it was declared as.
    public let declaration: MapDeclaration
    @usableFromInline let identity = MapIdentity()

    /// A map of at most `maxEntries` entries. What is passed must be known when the kernel half is compiled.
    @inline(__always) public init(maxEntries: UInt32, flags: MapFlags = .none, pinning: MapPinning = .none) {
        declaration = MapDeclaration(type: 9, maxEntries: maxEntries, flags: flags, pinning: pinning)
    }
}
