// SPDX-License-Identifier: Apache-2.0

/// A register that programs name. Linux 3.18; RFC 9669, section 2.
///
/// Calls pass arguments in `r1` to `r5` and answer in `r0`; they keep `r6` to `r9`. What the kernel numbers 11 and above is its own.
public enum Register: UInt8, Sendable, Hashable, CaseIterable, CustomStringConvertible {
    case r0 = 0
    case r1, r2, r3, r4, r5, r6, r7, r8, r9
    /// The end of the stack frame, 512 bytes above its beginning. Programs may read it only.
    case r10

    /// The name of all 64 bits: `r1`.
    public var description: String { name(.bits64) }

    /// The name of the part that an operation of this width uses, as LLVM writes it: `r1`, or `w1` for the lower half.
    public func name(_ width: OperandWidth) -> String {
        width == .bits64 ? "r\(rawValue)" : "w\(rawValue)"
    }
}
