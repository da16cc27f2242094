// SPDX-License-Identifier: Apache-2.0

/// Why compressed bytes could not be decompressed.
public struct CompressionError: Error, Sendable, Hashable, CustomStringConvertible {
    /// What kind of thing is wrong.
    public enum Code: Sendable, Hashable {
        /// The bytes do not begin as compressed ones do.
        case notCompressed
        /// They end before what they announce.
        case truncated
        /// A part contradicts another, the format, or its checksum.
        case malformed
        /// They hold more than the caller takes.
        case tooLarge
    }

    /// What kind of thing is wrong, for callers that treat some kinds on their own.
    public let code: Code
    /// What was being read, and what is wrong with it.
    public let reason: String

    init(_ code: Code, _ reason: String) {
        self.code = code
        self.reason = reason
    }

    /// The reason, which is made to be shown.
    public var description: String { reason }
}
