// SPDX-License-Identifier: GPL-2.0-only OR MIT

/// A hash table with a value for each CPU, that makes room by dropping what was used least recently.
///
///     let entries = LRUPerCPUHashMap<UInt32, UInt64>(maxEntries: 10_240)
///
/// Linux 4.10. `include/uapi/linux/bpf.h`: `BPF_MAP_TYPE_LRU_PERCPU_HASH`.
@frozen public struct LRUPerCPUHashMap<Key: BitwiseCopyable, Value: BitwiseCopyable>: PerCPUMap, RemovableMap, ~Copyable, @unchecked Sendable {
    /// What it was declared as.
    public let declaration: MapDeclaration
    @usableFromInline let identity = MapIdentity()

    /// A map of at most `maxEntries` entries. What is passed must be known when the kernel half is compiled.
    @inline(__always) public init(maxEntries: UInt32, flags: MapFlags = .none, pinning: MapPinning = .none) {
        declaration = MapDeclaration(type: 10, maxEntries: maxEntries, flags: flags, pinning: pinning)
    }
}
