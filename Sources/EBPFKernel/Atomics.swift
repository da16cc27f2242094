// SPDX-License-Identifier: GPL-2.0-only OR MIT

import CEBPFHelpers

/// An integer that several CPUs can change in one place: one of 32 or 64 bits.
public protocol AtomicInteger: FixedWidthInteger, BitwiseCopyable {}

extension UInt32: AtomicInteger {}
extension UInt64: AtomicInteger {}
extension UInt: AtomicInteger {}
extension Int32: AtomicInteger {}
extension Int64: AtomicInteger {}
extension Int: AtomicInteger {}

extension UnsafeMutablePointer where Pointee: AtomicInteger {
    /// Adds in one step; wraps around. Linux 3.18.
    @inline(__always) public func add(_ value: Pointee) {
        if Pointee.bitWidth == 64 {
            ebpf_add64(words(), UInt64(truncatingIfNeeded: value))
        } else {
            ebpf_add32(words(), UInt32(truncatingIfNeeded: value))
        }
    }

    /// Adds in one step, and answers what was there before. Linux 5.12.
    @inline(__always) public func fetchAdd(_ value: Pointee) -> Pointee {
        Pointee.bitWidth == 64
            ? Pointee(truncatingIfNeeded: ebpf_fetch_add64(words(), UInt64(truncatingIfNeeded: value)))
            : Pointee(truncatingIfNeeded: ebpf_fetch_add32(words(), UInt32(truncatingIfNeeded: value)))
    }

    /// Sets bits in one step, and answers what was there before. Linux 5.12.
    @inline(__always) public func fetchOr(_ value: Pointee) -> Pointee {
        Pointee.bitWidth == 64
            ? Pointee(truncatingIfNeeded: ebpf_fetch_or64(words(), UInt64(truncatingIfNeeded: value)))
            : Pointee(truncatingIfNeeded: ebpf_fetch_or32(words(), UInt32(truncatingIfNeeded: value)))
    }

    /// Keeps only these bits in one step, and answers what was there before. Linux 5.12.
    @inline(__always) public func fetchAnd(_ value: Pointee) -> Pointee {
        Pointee.bitWidth == 64
            ? Pointee(truncatingIfNeeded: ebpf_fetch_and64(words(), UInt64(truncatingIfNeeded: value)))
            : Pointee(truncatingIfNeeded: ebpf_fetch_and32(words(), UInt32(truncatingIfNeeded: value)))
    }

    /// Puts a value in place, and answers what was there before. Linux 5.12.
    @inline(__always) public func exchange(_ value: Pointee) -> Pointee {
        Pointee.bitWidth == 64
            ? Pointee(truncatingIfNeeded: ebpf_exchange64(words(), UInt64(truncatingIfNeeded: value)))
            : Pointee(truncatingIfNeeded: ebpf_exchange32(words(), UInt32(truncatingIfNeeded: value)))
    }

    /// Puts `desired` in place of `expected`, and answers what was there before: `expected` says that it was replaced. Linux 5.12.
    @inline(__always) public func compareExchange(_ expected: Pointee, _ desired: Pointee) -> Pointee {
        Pointee.bitWidth == 64
            ? Pointee(
                truncatingIfNeeded: ebpf_compare_exchange64(words(), UInt64(truncatingIfNeeded: expected), UInt64(truncatingIfNeeded: desired)))
            : Pointee(
                truncatingIfNeeded: ebpf_compare_exchange32(words(), UInt32(truncatingIfNeeded: expected), UInt32(truncatingIfNeeded: desired)))
    }

    /// The same place, as C's atomics take it.
    @inline(__always) @usableFromInline func words<Word>() -> UnsafeMutablePointer<Word> {
        UnsafeMutableRawPointer(self).assumingMemoryBound(to: Word.self)
    }
}

extension Variable where Value: AtomicInteger {
    /// Adds in one step; wraps around. Linux 3.18.
    @inline(__always) public func add(_ value: Value) { pointer.add(value) }
}
