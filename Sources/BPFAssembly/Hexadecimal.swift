// SPDX-License-Identifier: Apache-2.0

/// A number as LLVM prints immediates: `0x10`, `-0x1`.
func hexadecimal(_ value: Int64) -> String {
    (value < 0 ? "-0x" : "0x") + String(value.magnitude, radix: 16)
}
