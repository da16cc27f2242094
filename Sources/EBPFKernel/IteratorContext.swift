// SPDX-License-Identifier: GPL-2.0-only OR MIT

import CEBPFHelpers

/// What programs of section `iter/KIND` are called with, where they take it as their first parameter, before what they walk over.
///
///     @section("iter/task")
///     func list(_ context: IteratorContext, _: UInt, task: NullablePointer<task_struct>) {
///         guard let task = task.trusted else { return }
///         context.write(task.tgid)
///     }
///
/// The parameters behind it are the members of the kernel's `struct bpf_iter__KIND`, of which the first is the walk itself. At the end of a walk the program
/// runs once more, with nothing. Linux 5.8.
@frozen public struct IteratorContext: ProgramContext {
    /// Where what is walked over lies.
    public let address: UnsafeMutableRawPointer

    // struct bpf_iter_meta { struct seq_file *seq; u64 session_id; u64 seq_num; }
    @inline(__always) @usableFromInline var meta: UInt { address.load(as: UInt.self) }

    /// Which walk it is: those that read the same file one after the other have different ones.
    @inline(__always) public var session: UInt64 { UnsafePointer<UInt64>(bitPattern: meta &+ 8).unsafelyUnwrapped.pointee }

    /// Which element of the walk it is, from 0 on.
    @inline(__always) public var index: UInt64 { UnsafePointer<UInt64>(bitPattern: meta &+ 16).unsafelyUnwrapped.pointee }

    /// Hands bytes to who reads the walk: all of the value, in the machine's byte order.
    ///
    /// - Returns: whether there was room; the kernel calls the program again for this element where there was none.
    @discardableResult
    @inline(__always) public func write<Value: BitwiseCopyable>(_ value: Value) -> Bool {
        let sequence = UnsafeMutableRawPointer(bitPattern: UnsafePointer<UInt>(bitPattern: meta).unsafelyUnwrapped.pointee)
        return withZeroedCopy(of: value) { place in
            bpf_seq_write(sequence.unsafelyUnwrapped, place, UInt32(truncatingIfNeeded: MemoryLayout<Value>.stride)) == 0
        }
    }
}
