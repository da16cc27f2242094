// SPDX-License-Identifier: GPL-2.0-only OR MIT

/// Room for a value at a fixed address, which user space may have changed before or meanwhile.
@_rawLayout(like: Value)
@frozen public struct VariableStorage<Value: BitwiseCopyable>: ~Copyable, @unchecked Sendable {
    @inline(__always) @usableFromInline init(_ value: Value) {
        withUnsafePointer(to: self) { place in
            UnsafeMutableRawPointer(mutating: UnsafeRawPointer(place)).assumingMemoryBound(to: Value.self).initialize(to: value)
        }
    }
}

/// A global variable, by the name under which it is declared: programs read and write it, user space sets it before the object is loaded and reads it at any time.
///
///     let opens = Variable<UInt64>(0)
///
///     opens.add(1)
///
/// It lies in `.data`, or in `.bss` where it begins as zero. Linux 5.2.
@frozen public struct Variable<Value: BitwiseCopyable>: ~Copyable, @unchecked Sendable {
    @usableFromInline let storage: VariableStorage<Value>

    /// A variable and what it is at first, which must be known when the kernel half is compiled.
    @inline(__always) public init(_ value: Value) { storage = VariableStorage(value) }

    /// Where it lies, for atomics.
    @inline(__always) public var pointer: UnsafeMutablePointer<Value> {
        withUnsafePointer(to: self) { place in UnsafeMutableRawPointer(mutating: UnsafeRawPointer(place)).assumingMemoryBound(to: Value.self) }
    }

    /// The value. A change of an element or a member of it, such as `value[index] &+= 1`, reads and writes nothing else. Other CPUs may change it at
    /// any time, also between the read and the write of `value += 1`, which is not atomic and loses counts: use `add`.
    @inline(__always) public var value: Value {
        _read { yield pointer.pointee }
        nonmutating _modify { yield &pointer.pointee }
    }
}

/// A constant that user space sets before the programs are loaded, by the name under which it is declared. The verifier knows its value and leaves
/// out what it rules out.
///
///     let targetPID = Constant<UInt32>(0)
///
///     guard targetPID.value == 0 || targetPID.value == currentProcess.id else { return 0 }
///
/// It lies in `.rodata`. Linux 5.2.
@frozen public struct Constant<Value: BitwiseCopyable>: ~Copyable, @unchecked Sendable {
    @usableFromInline let storage: VariableStorage<Value>

    /// A constant and what it is where user space sets nothing.
    @inline(__always) public init(_ value: Value) { storage = VariableStorage(value) }

    /// The value. Asking for an element or a member of it reads nothing else.
    @inline(__always) public var value: Value { _read { yield pointer.pointee } }

    /// Where it lies.
    @inline(__always) public var pointer: UnsafePointer<Value> {
        withUnsafePointer(to: self) { place in UnsafeRawPointer(place).assumingMemoryBound(to: Value.self) }
    }
}
