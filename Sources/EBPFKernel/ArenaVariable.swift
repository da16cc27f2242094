// SPDX-License-Identifier: GPL-2.0-only OR MIT

/// A global variable that lies in the ``Arena`` of the kernel half, by the name under which it is declared: what it points to and what points to it is where
/// programs and user space have it, both at the same address.
///
///     let heap = Arena(pageCount: 100)
///     let first = ArenaVariable<NullableArenaPointer<Node>>(.none)
///
///     node.pointee.next = first.value
///     first.value = NullableArenaPointer(node)
///
/// It lies in the section `.addr_space.1`, as what C declares with `__arena`; the first pages of the arena hold all such. User space sets it before the object is
/// loaded, and reads it at any time, by its name. Linux 6.9.
@frozen public struct ArenaVariable<Value: BitwiseCopyable>: ~Copyable, @unchecked Sendable {
    @usableFromInline let storage: VariableStorage<Value>

    /// A variable and what it is at first, which must be known when the kernel half is compiled.
    @inline(__always) public init(_ value: Value) { storage = VariableStorage(value) }

    /// Where it lies, for programs and for user space.
    @inline(__always) public var pointer: ArenaPointer<Value> {
        withUnsafePointer(to: self) { place in ArenaPointer(address: UInt64(UInt(bitPattern: place))) }
    }

    /// The value. A change of an element or a member of it reads and writes nothing else. Others may change it at any time.
    @inline(__always) public var value: Value {
        _read { yield pointer.place.pointee }
        nonmutating _modify { yield &pointer.place.pointee }
    }
}
