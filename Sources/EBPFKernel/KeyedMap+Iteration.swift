// SPDX-License-Identifier: GPL-2.0-only OR MIT

import CEBPFHelpers

extension KeyedMap where Self: ~Copyable {
    /// Calls a body with the key and the value of each entry, where they lie. For maps per CPU: with the values of the CPU that runs the program.
    ///
    ///     var most: UInt64 = 0
    ///     counts.forEach { key, value in
    ///         most = max(most, value.pointee)
    ///         return .next
    ///     }
    ///
    /// What the body may do is said at ``loop(_:_:)``. It may remove entries.
    ///
    /// Hash maps and arrays, with LRU and per CPU. Linux 5.13. `kernel/bpf/bpf_iter.c`: `bpf_for_each_map_elem`.
    ///
    /// - Returns: how many entries it was called for, or a negative errno. The verifier refuses it for tries, which have no such order.
    @inline(__always) @discardableResult
    public func forEach(_ body: (_ key: UnsafePointer<Key>, _ value: UnsafeMutablePointer<Value>) -> Turn) -> Int {
        withUnsafePointer(to: self) { map in ebpf_callback_each(UnsafeMutableRawPointer(mutating: map), body) }
    }
}

/// What the compiler for kernel halves puts a call of `bpf_for_each_map_elem` in place of. Linux 5.13.
@inline(never) @_optimize(none)
public func ebpf_callback_each<Key, Value>(
    _ map: UnsafeMutableRawPointer, _ body: (UnsafePointer<Key>, UnsafeMutablePointer<Value>) -> Turn
) -> Int {
    #if hasFeature(Embedded)
        return 0
    #else
        return bpf_for_each_map_elem(map, nil, nil, 0)
    #endif
}
