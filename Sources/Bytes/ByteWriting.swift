// SPDX-License-Identifier: Apache-2.0

extension [UInt8] {
    /// Appends the bytes of an integer in the given order.
    public mutating func append<Value: FixedWidthInteger>(integer value: Value, order: ByteOrder) {
        Swift.withUnsafeBytes(of: order.convert(value)) { append(contentsOf: $0) }
    }

    /// Overwrites the bytes at `offset` with an integer; `false`, and nothing written, where they are not all inside.
    public mutating func store<Value: FixedWidthInteger>(integer value: Value, at offset: Int, order: ByteOrder) -> Bool {
        guard offset >= 0, offset <= count - MemoryLayout<Value>.size else { return false }
        Swift.withUnsafeBytes(of: order.convert(value)) { replaceSubrange(offset..<offset + $0.count, with: $0) }
        return true
    }
}
