// SPDX-License-Identifier: Apache-2.0

/// The number of a type in its BTF; 0 is void.
public struct TypeID: RawRepresentable, Sendable, Hashable, CustomStringConvertible {
    /// The place in the table of types, whose first type is number 1.
    public let rawValue: UInt32
    /// A type by its number. Whether there is such a type, a ``BTF`` says when it is asked.
    public init(rawValue: UInt32) { self.rawValue = rawValue }
    /// The same without a label: `TypeID(12)`.
    @inlinable public init(_ rawValue: UInt32) { self.init(rawValue: rawValue) }

    /// No type: `void`, and the place of a type that is left out.
    public static let void = TypeID(0)

    /// The number in brackets, as bpftool prints it: `[12]`.
    public var description: String { "[\(rawValue)]" }
}
