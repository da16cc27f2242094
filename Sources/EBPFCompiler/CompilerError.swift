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

    /// What kind of thing went wrong, for callers that treat some kinds on their own.
    public let code: Code
    /// What failed and why; for a refused source, the compiler's own words.
    public let reason: String

    /// Whether it is Swift's runtime that is missing, of which Swift itself may say more.
    let needsRuntime: Bool

    /// Whether a tool came to no end of its own.
    let isCrash: Bool

    package init(_ code: Code, _ reason: String) { self.init(code, reason, needsRuntime: false) }

    init(_ code: Code, _ reason: String, needsRuntime: Bool = false, isCrash: Bool = false) {
        self.code = code
        self.reason = reason
        self.needsRuntime = needsRuntime
        self.isCrash = isCrash
    }

    /// The reason, which is made to be shown.
    public var description: String { reason }
}
