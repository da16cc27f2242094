// SPDX-License-Identifier: GPL-2.0-only OR MIT

/// Values by their index, from 0 on, that all CPUs share.
///
///     let totals = ArrayMap<UInt64>(maxEntries: 64)
///
/// Linux 3.19. `include/uapi/linux/bpf.h`: `BPF_MAP_TYPE_ARRAY`.
@frozen public struct ArrayMap<Value: BitwiseCopyable>: KeyedMap, ~Copyable, @unchecked Sendable {
    /// The index, from 0 on.
    public typealias Key = UInt32
    /// What it was declared as.
    public let declaration: MapDeclaration
    @usableFromInline let identity = MapIdentity()

    /// A map of `maxEntries` values, all zero at first. What is passed must be known when the kernel half is compiled.
    @inline(__always) public init(maxEntries: UInt32, flags: MapFlags = .none, pinning: MapPinning = .none) {
        declaration = MapDeclaration(type: 2, maxEntries: maxEntries, flags: flags, pinning: pinning)
    }
}
