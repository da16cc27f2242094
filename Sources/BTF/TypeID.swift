// SPDX-License-Identifier: Apache-2.0

/// The number of a type in its BTF; 0 is void.
public struct TypeID: RawRepresentable, Sendable, Hashable, CustomStringConvertible {
    public let rawValue: UInt32
    public init(rawValue: UInt32) { self.rawValue = rawValue }
    @inlinable public init(_ rawValue: UInt32) { self.init(rawValue: rawValue) }

    public static let void = TypeID(0)

    public var description: String { "[\(rawValue)]" }
}
