// SPDX-License-Identifier: GPL-2.0-only OR MIT

import CEBPFHelpers

/// The kernel's iterator over numbers, where the verifier looks at a loop's turns without counting them. It exists in ``withNumbers(_:_:)`` only.
@frozen public struct NumberIterator: ~Copyable {
    @usableFromInline let state: UnsafeMutablePointer<bpf_iter_num>
    @inline(__always) @usableFromInline init(_ state: UnsafeMutablePointer<bpf_iter_num>, _ range: Range<Int32>) {
        self.state = state
        _ = bpf_iter_num_new(state, range.lowerBound, range.upperBound)
    }

    /// The next number; `nil` behind the last.
    @inline(__always) public mutating func next() -> Int32? { bpf_iter_num_next(state)?.pointee }

    @inline(__always) deinit { bpf_iter_num_destroy(state) }
}

/// Goes through numbers with the kernel's iterator: the bound need not be known when it is compiled, and the verifier looks at the body until nothing new
/// happens there. Other than with ``loop(_:_:)``, the body is part of the function: it may `break`, and changes variables at no cost.
///
///     withNumbers(0..<count) { numbers in
///         while let index = numbers.next() { sum &+= UInt64(index) }
///     }
///
/// A range of more than 8,388,608 numbers (`BPF_MAX_LOOPS`) has none: ``NumberIterator/next()`` answers `nil` at once.
///
/// Linux 6.4. `kernel/bpf/bpf_iter.c`: `bpf_iter_num_new`.
@inline(__always) public func withNumbers<Answer>(_ range: Range<Int32>, _ body: (inout NumberIterator) -> Answer) -> Answer {
    withUnsafeTemporaryAllocation(of: bpf_iter_num.self, capacity: 1) { room in
        var numbers = NumberIterator(room.baseAddress.unsafelyUnwrapped, range)
        return body(&numbers)
    }
}

/// `include/uapi/linux/bpf.h`: `struct bpf_iter_num`.
@frozen @usableFromInline struct bpf_iter_num: BitwiseCopyable {
    @usableFromInline var __opaque: UInt64
}

@section(".ksyms") @inline(never) @_optimize(none)
@usableFromInline func bpf_iter_num_new(_ it: UnsafeMutablePointer<bpf_iter_num>, _ start: Int32, _ end: Int32) -> Int32 { kernelFunction() }

@section(".ksyms") @inline(never) @_optimize(none)
@usableFromInline func bpf_iter_num_next(_ it: UnsafeMutablePointer<bpf_iter_num>) -> UnsafeMutablePointer<Int32>? { kernelFunction() }

@section(".ksyms") @inline(never) @_optimize(none)
@usableFromInline func bpf_iter_num_destroy(_ it: UnsafeMutablePointer<bpf_iter_num>) { kernelFunction() }
