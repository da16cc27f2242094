// SPDX-License-Identifier: Apache-2.0

/// A register that programs name. Linux 3.18; RFC 9669, section 2.
///
/// What the kernel numbers 11 and above is its own.
public enum Register: UInt8, Sendable, Hashable, CaseIterable, CustomStringConvertible {
    /// What functions return, and what `exit` ends with.
    case r0 = 0
    /// The arguments of calls; a program begins with its context in `r1`.
    case r1, r2, r3, r4, r5
    /// Kept by calls.
    case r6, r7, r8, r9
    /// The end of the stack frame, 512 bytes above its beginning. Programs may read it only.
    case r10

    /// The name of all 64 bits: `r1`.
    public var description: String { name(.bits64) }

    /// The name of the part that an operation of this width uses, as LLVM writes it: `r1`, or `w1` for the lower half.
    public func name(_ width: OperandWidth) -> String {
        width == .bits64 ? "r\(rawValue)" : "w\(rawValue)"
    }
}
