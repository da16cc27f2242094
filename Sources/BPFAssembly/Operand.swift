// SPDX-License-Identifier: Apache-2.0

/// How much of its registers an operation of arithmetic, a comparison or an atomic operation uses.
public enum OperandWidth: Sendable, Hashable, CaseIterable {
    /// The lower half. The upper half of a destination becomes zero.
    case bits32
    /// The whole.
    case bits64
}

/// The second operand of an operation: a register, or a constant in the instruction.
public enum Operand: Sendable, Hashable, ExpressibleByIntegerLiteral {
    /// What a register holds (`BPF_X`).
    case register(Register)
    /// A constant (`BPF_K`), which operations of 64 bits extend with its sign.
    case immediate(Int32)

    /// A constant. The compiler refuses literals that an instruction cannot hold.
    public init(integerLiteral value: Int32) {
        self = .immediate(value)
    }

    /// A constant that is known only at run time.
    ///
    /// - Throws: ``AssemblyError`` (``AssemblyError/Code-swift.enum/immediateOutOfRange``) where `value` does not fit into 32 bits with a sign;
    ///   a wide load holds such a value.
    public init(_ value: some BinaryInteger) throws(AssemblyError) {
        guard let immediate = Int32(exactly: value) else {
            throw AssemblyError(
                .immediateOutOfRange, "the constant \(value) does not fit into an instruction's 32 bits; load it with a wide load")
        }
        self = .immediate(immediate)
    }

    /// The register `r0`, for calls that take an operand: `mov(.r1, .r0)`.
    public static let r0 = Operand.register(.r0)
    /// The register `r1`.
    public static let r1 = Operand.register(.r1)
    /// The register `r2`.
    public static let r2 = Operand.register(.r2)
    /// The register `r3`.
    public static let r3 = Operand.register(.r3)
    /// The register `r4`.
    public static let r4 = Operand.register(.r4)
    /// The register `r5`.
    public static let r5 = Operand.register(.r5)
    /// The register `r6`.
    public static let r6 = Operand.register(.r6)
    /// The register `r7`.
    public static let r7 = Operand.register(.r7)
    /// The register `r8`.
    public static let r8 = Operand.register(.r8)
    /// The register `r9`.
    public static let r9 = Operand.register(.r9)
    /// The register `r10`.
    public static let r10 = Operand.register(.r10)
}

/// A place in memory: what a register holds, and a distance from there.
public struct Address: Sendable, Hashable {
    /// The register that holds a pointer.
    public var base: Register
    /// What is added to it, in bytes.
    public var offset: Int16

    /// A place `offset` bytes behind what `base` points to.
    public init(_ base: Register, offset: Int16 = 0) {
        self.base = base
        self.offset = offset
    }
}
