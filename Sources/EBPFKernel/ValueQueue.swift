// SPDX-License-Identifier: GPL-2.0-only OR MIT

import CEBPFHelpers

/// A map of values without keys, which are put in and come out in an order: ``QueueMap`` and ``StackMap``.
public protocol ValueQueue: InnerMap, ~Copyable {
    /// The type of the values.
    associatedtype Value: BitwiseCopyable
}

extension ValueQueue where Self: ~Copyable {
    /// Puts a value in, copied whole. Linux 4.20.
    ///
    /// - Parameter replacingOldest: whether the oldest value makes room where the map is full (`BPF_EXIST`).
    /// - Returns: whether there was room.
    @inline(__always) @discardableResult
    public func push(_ value: Value, replacingOldest: Bool = false) -> Bool {
        withUnsafePointer(to: self) { map in
            withZeroedCopy(of: value) { bpf_map_push_elem(UnsafeMutableRawPointer(mutating: map), $0, replacingOldest ? 2 : 0) == 0 }
        }
    }

    /// Puts a value in that lies somewhere, such as in another map: the kernel copies it from there. Linux 4.20.
    ///
    /// - Parameter replacingOldest: whether the oldest value makes room where the map is full (`BPF_EXIST`).
    /// - Returns: whether there was room.
    @inline(__always) @discardableResult
    public func push(copying value: UnsafePointer<Value>, replacingOldest: Bool = false) -> Bool {
        withUnsafePointer(to: self) { map in
            bpf_map_push_elem(UnsafeMutableRawPointer(mutating: map), UnsafeMutableRawPointer(mutating: value), replacingOldest ? 2 : 0) == 0
        }
    }

    /// Takes the value out that is next; `nil` where there is none. Linux 4.20.
    @inline(__always) public func pop() -> Value? {
        withUnsafePointer(to: self) { map in copyOut { bpf_map_pop_elem(UnsafeMutableRawPointer(mutating: map), $0) } }
    }

    /// The value that is next, which stays; `nil` where there is none. Linux 4.20.
    @inline(__always) public func peek() -> Value? {
        withUnsafePointer(to: self) { map in copyOut { bpf_map_peek_elem(UnsafeMutableRawPointer(mutating: map), $0) } }
    }
}

/// A value that a function of the kernel writes into room for it; `nil` where that answers an error.
@_transparent @usableFromInline
func copyOut<Value: BitwiseCopyable>(_ write: (UnsafeMutableRawPointer) -> Int) -> Value? {
    withUnsafeTemporaryAllocation(byteCount: MemoryLayout<Value>.stride, alignment: MemoryLayout<Value>.alignment) { room in
        let place = room.baseAddress.unsafelyUnwrapped
        guard write(place) == 0 else { return nil }
        return place.load(as: Value.self)
    }
}
