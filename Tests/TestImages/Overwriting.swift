// SPDX-License-Identifier: Apache-2.0

package import Bytes

extension [UInt8] {
    /// Overwrites a number, or throws where it would lie outside: a test that changed nothing would test nothing.
    package mutating func overwrite(_ value: some FixedWidthInteger, at offset: Int, order: ByteOrder = .native) throws {
        guard store(integer: value, at: offset, order: order) else { throw Unexpected("offset \(offset) of \(count) bytes") }
    }
}
