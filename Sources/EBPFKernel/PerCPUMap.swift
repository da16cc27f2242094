// SPDX-License-Identifier: GPL-2.0-only OR MIT

import CEBPFHelpers

/// A map that has a value for each CPU: ``PerCPUArrayMap``, ``PerCPUHashMap``, ``LRUPerCPUHashMap``.
public protocol PerCPUMap: KeyedMap, ~Copyable {}

extension PerCPUMap where Self: ~Copyable {
    /// The value that a key has on a CPU, where it lies; `nil` where the key or the CPU is not there. That CPU may change it meanwhile. Linux 5.19.
    @inline(__always) public func lookup(_ key: Key, cpu: UInt32) -> UnsafeMutablePointer<Value>? {
        withUnsafePointer(to: self) { map in
            withZeroedCopy(of: key) { key in
                bpf_map_lookup_percpu_elem(UnsafeMutableRawPointer(mutating: map), key, cpu)?.assumingMemoryBound(to: Value.self)
            }
        }
    }
}
