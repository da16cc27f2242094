// SPDX-License-Identifier: GPL-2.0-only OR MIT

import CEBPFHelpers

/// What a body answers that a helper calls again and again: whether it shall be called once more.
@frozen public struct Turn: BitwiseCopyable, Sendable {
    @usableFromInline let rawValue: Int
    @inline(__always) @usableFromInline init(rawValue: Int) { self.rawValue = rawValue }
    /// The next turn.
    @inline(__always) public static var next: Turn { Turn(rawValue: 0) }
    /// No other turn.
    @inline(__always) public static var stop: Turn { Turn(rawValue: 1) }
}

/// Calls a body so many times, of which the verifier looks at few: the number may be large, and need not be known when it is compiled.
///
///     var sum: UInt64 = 0
///     loop(count) { index in
///         sum &+= UInt64(index)
///         return index == last ? .stop : .next
///     }
///
/// The body becomes a function of its own, which the kernel calls. It may name globals and what stands around it, and change variables there. It must be
/// written at the call, or be a function's name. Of numbers that it changes, the verifier no longer knows the bounds afterwards. What traps in it ends the
/// loop, not the program.
///
/// Linux 5.17. `kernel/bpf/bpf_iter.c`: `bpf_loop`.
///
/// - Parameters:
///   - count: at most `1 << 23`, `BPF_MAX_LOOPS`.
///   - body: gets the number of the turn, from 0 on.
/// - Returns: how many turns there were, or -E2BIG where the count is larger than the kernel takes (in the lower 32 bits alone, where the kernel
///   makes instructions of the call).
@inline(__always) @discardableResult
public func loop(_ count: UInt32, _ body: (_ index: UInt32) -> Turn) -> Int { ebpf_callback_loop(count, body) }

/// What the compiler for kernel halves puts a call of `bpf_loop` in place of.
@inline(never) @_optimize(none)
public func ebpf_callback_loop(_ count: UInt32, _ body: (UInt32) -> Turn) -> Int {
    #if hasFeature(Embedded)
        return 0
    #else
        for index in 0..<count where body(index).rawValue != 0 { return Int(index) + 1 }
        return Int(count)
    #endif
}
