// SPDX-License-Identifier: Apache-2.0

/// Why a kernel half could not be compiled.
public struct CompilerError: Error, Sendable, Hashable, CustomStringConvertible {
    /// What kind of thing went wrong.
    public enum Code: Sendable, Hashable {
        /// A tool of the toolchain could not be run.
        case tool
        /// The compiler refused the source; the reason holds its words.
        case source
        /// A file could not be read or written.
        case file
        /// The compiled object is none that could be loaded.
        case object
    }

    public let code: Code
    public let reason: String

    package init(_ code: Code, _ reason: String) {
        self.code = code
        self.reason = reason
    }

    public var description: String { reason }
}
