// SPDX-License-Identifier: GPL-2.0-only OR MIT

/// A program of this kernel half, in a ``ProgramArray``. The compiler puts its name in place of the address.
@frozen public struct ProgramReference<Context: ProgramContext>: BitwiseCopyable, Sendable {
    @usableFromInline let address: UInt

    @inline(__always) @usableFromInline init(address: UInt) { self.address = address }

    /// No program: user space may put one in.
    @inline(__always) public static var none: ProgramReference { ProgramReference(address: 0) }
}
