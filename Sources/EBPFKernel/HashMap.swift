// SPDX-License-Identifier: GPL-2.0-only OR MIT

/// A hash table that all CPUs share.
///
///     let entries = HashMap<UInt32, UInt64>(maxEntries: 10_240)
///
/// All bytes of a key count. Those after its last member are zero. So are those between the members of a key of numbers that is put together where it
/// is used; a key that holds an `InlineArray` or a `CString`, or that comes from memory, is copied as it lies there, so declare what would be a gap
/// between its members as a member of its own, and set it.
///
/// Linux 3.19. `include/uapi/linux/bpf.h`: `BPF_MAP_TYPE_HASH`.
@frozen public struct HashMap<Key: BitwiseCopyable, Value: BitwiseCopyable>: RemovableMap, ~Copyable, @unchecked Sendable {
    /// What it was declared as.
    public let declaration: MapDeclaration
    @usableFromInline let identity = MapIdentity()

    /// A map of at most `maxEntries` entries. What is passed must be known when the kernel half is compiled.
    @inline(__always) public init(maxEntries: UInt32, flags: MapFlags = .none, pinning: MapPinning = .none) {
        declaration = MapDeclaration(type: 1, maxEntries: maxEntries, flags: flags, pinning: pinning)
    }
}
