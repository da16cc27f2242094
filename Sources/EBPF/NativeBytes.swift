// SPDX-License-Identifier: Apache-2.0

extension FixedWidthInteger {
    /// The bytes of the number in the machine's order.
    var nativeBytes: [UInt8] { withUnsafeBytes(of: self) { Array($0) } }
}
