// SPDX-License-Identifier: Apache-2.0

extension String {
    /// The lines as compilers count them, the empty ones too: `\n` ends each. That Windows' editors write `\r` before it, which makes one `Character` of both, is no
    /// part of a line.
    var lines: [Substring] {
        utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).map { line in
            Substring(line.last == UInt8(ascii: "\r") ? line.dropLast() : line)
        }
    }
}
