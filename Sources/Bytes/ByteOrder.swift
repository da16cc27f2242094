// SPDX-License-Identifier: Apache-2.0

/// The order in which the bytes of an integer are stored.
public enum ByteOrder: Sendable, Hashable {
    case littleEndian
    case bigEndian

    /// The order of the machine that this code runs on.
    public static var native: ByteOrder {
        UInt16(1).littleEndian == 1 ? .littleEndian : .bigEndian
    }

    /// Converts between this order and the machine's; its own inverse.
    @inlinable
    public func convert<Value: FixedWidthInteger>(_ value: Value) -> Value {
        switch self {
        case .littleEndian: Value(littleEndian: value)
        case .bigEndian: Value(bigEndian: value)
        }
    }
}
