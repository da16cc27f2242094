// SPDX-License-Identifier: GPL-2.0-only OR MIT

import CEBPFHelpers

/// A set of values that says which values were surely never put in, in little memory. Nothing comes out of it again.
///
///     let seen = BloomFilter<UInt32>(maxEntries: 10_000)
///
///     if !seen.mayContain(address) { seen.push(address) }
///
/// It has five hash functions, as the kernel makes it where nothing is said. Linux 5.16. `include/uapi/linux/bpf.h`: `BPF_MAP_TYPE_BLOOM_FILTER`.
@frozen public struct BloomFilter<Value: BitwiseCopyable>: InnerMap, ~Copyable, @unchecked Sendable {
    /// What it was declared as.
    public let declaration: MapDeclaration
    @usableFromInline let identity = MapIdentity()

    /// A filter that is of use up to `maxEntries` values. What is passed must be known when the kernel half is compiled.
    @inline(__always) public init(maxEntries: UInt32, flags: MapFlags = .none, pinning: MapPinning = .none) {
        declaration = MapDeclaration(type: 30, maxEntries: maxEntries, flags: flags, pinning: pinning)
    }

    /// Puts a value in. Linux 5.16.
    @inline(__always) public func push(_ value: Value) {
        withUnsafePointer(to: self) { map in
            _ = withZeroedCopy(of: value) { bpf_map_push_elem(UnsafeMutableRawPointer(mutating: map), $0, 0) }
        }
    }

    /// Whether a value may have been put in; where it was not, that is certain as a rule. Linux 5.16.
    @inline(__always) public func mayContain(_ value: Value) -> Bool {
        withUnsafePointer(to: self) { map in
            withZeroedCopy(of: value) { bpf_map_peek_elem(UnsafeMutableRawPointer(mutating: map), $0) == 0 }
        }
    }
}
