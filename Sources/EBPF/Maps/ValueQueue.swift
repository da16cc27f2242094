// SPDX-License-Identifier: Apache-2.0

/// A kind of map that holds values without keys, which are put in and come out in an order: ``QueueMap``, ``StackMap``.
public protocol ValueQueue<Value>: MapKind {
    /// The type of the values.
    associatedtype Value: BitwiseCopyable
}

extension ValueQueue {
    /// Puts a value in. Allocates nothing.
    ///
    /// - Parameter replacingOldest: whether the oldest value makes room where the map is full (`BPF_EXIST`).
    /// - Throws: ``EBPFError`` with `E2BIG` where the map is full and the oldest stays, or where the kernel refuses.
    @inlinable
    public func push(_ value: Value, replacingOldest: Bool = false) throws(EBPFError) {
        let status = Map.withBytes(of: value) { map.updateElement(nil, $0, replacingOldest ? 2 : 0) }
        guard status >= 0 else { throw map.failure("update map", status) }
    }

    /// Takes the value out that is next; `nil` where there is none.
    ///
    /// - Throws: ``EBPFError`` where the kernel refuses.
    @inlinable
    public func pop() throws(EBPFError) -> Value? { try next { map.takeElement(nil, $0) } }

    /// The value that is next, which stays; `nil` where there is none.
    ///
    /// - Throws: ``EBPFError`` where the kernel refuses.
    @inlinable
    public func peek() throws(EBPFError) -> Value? { try next { map.lookupElement(nil, $0, 0) } }

    @inlinable
    func next(_ call: (UnsafeMutableRawPointer?) -> Int32) throws(EBPFError) -> Value? {
        let found: (value: Value?, status: Int32) = withUnsafeTemporaryAllocation(of: Value.self, capacity: 1) { memory in
            let status = call(UnsafeMutableRawPointer(memory.baseAddress))
            return (status >= 0 ? memory.baseAddress?.pointee : nil, status)
        }
        guard found.status >= 0 || found.status == -2 else { throw map.failure("read map", found.status) }  // ENOENT
        return found.value
    }
}
