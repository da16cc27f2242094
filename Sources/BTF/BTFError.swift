// SPDX-License-Identifier: Apache-2.0

/// Why bytes could not be read as BTF, or a type not be found in it.
public struct BTFError: Error, Sendable, Hashable, CustomStringConvertible {
    /// What kind of thing is wrong.
    public enum Code: Sendable, Hashable {
        /// The bytes do not begin as BTF does.
        case notBTF
        /// The bytes end before something that they refer to.
        case truncated
        /// A value contradicts another, or the format.
        case malformed
        /// The types stand on others (a kernel module's on its kernel's), which have to be given with them.
        case needsBase
        /// A type is of a kind that this version does not know.
        case unknownKind
        /// A type number lies outside of the table.
        case noSuchType
        /// Several types fit where one must.
        case ambiguous
    }

    /// What kind of thing is wrong, for callers that treat some kinds on their own.
    public let code: Code
    /// What was being read, and what is wrong with it.
    public let reason: String

    package init(_ code: Code, _ reason: String) {
        self.code = code
        self.reason = reason
    }

    /// The reason as a line to show.
    public var description: String {
        switch code {
        case .notBTF, .needsBase, .noSuchType, .unknownKind, .ambiguous: reason
        case .truncated: "the BTF is truncated: \(reason)"
        case .malformed: "the BTF is malformed: \(reason)"
        }
    }
}
