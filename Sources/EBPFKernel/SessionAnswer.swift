// SPDX-License-Identifier: GPL-2.0-only OR MIT

/// Whether a program of a session runs at the function's return, too: what programs of sections `kprobe.session` and `uprobe.session` answer at its beginning.
/// Linux 6.10, of user space 6.13; `kernel/trace/bpf_trace.c`.
@frozen public struct SessionAnswer: BitwiseCopyable, Equatable, Sendable {
    /// The number that the kernel knows it by.
    public let rawValue: Int32

    /// An answer by its number.
    @inline(__always) public init(rawValue: Int32) { self.rawValue = rawValue }

    /// The program is called at the return, too.
    @inline(__always) public static var callAtReturn: SessionAnswer { SessionAnswer(rawValue: 0) }
    /// The program is not called at this call's return.
    @inline(__always) public static var entryOnly: SessionAnswer { SessionAnswer(rawValue: 1) }
}
