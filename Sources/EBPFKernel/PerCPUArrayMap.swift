// SPDX-License-Identifier: GPL-2.0-only OR MIT

/// Values by their index, with one for each CPU: programs see that of the CPU they run on.
///
///     let totals = PerCPUArrayMap<UInt64>(maxEntries: 64)
///
/// Linux 4.6. `include/uapi/linux/bpf.h`: `BPF_MAP_TYPE_PERCPU_ARRAY`.
@frozen public struct PerCPUArrayMap<Value: BitwiseCopyable>: PerCPUMap, ~Copyable, @unchecked Sendable {
    /// The index, from 0 on.
    public typealias Key = UInt32
    /// What it was declared as.
    public let declaration: MapDeclaration
    @usableFromInline let identity = MapIdentity()

    /// A map of `maxEntries` values, all zero at first. What is passed must be known when the kernel half is compiled.
    @inline(__always) public init(maxEntries: UInt32, flags: MapFlags = .none, pinning: MapPinning = .none) {
        declaration = MapDeclaration(type: 6, maxEntries: maxEntries, flags: flags, pinning: pinning)
    }
}
