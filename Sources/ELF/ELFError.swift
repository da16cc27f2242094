// SPDX-License-Identifier: Apache-2.0

/// Why bytes could not be read as ELF, or a file not be written.
public struct ELFError: Error, Sendable, Hashable, CustomStringConvertible {
    /// What kind of thing is wrong.
    public enum Code: Sendable, Hashable {
        /// The file does not begin as an ELF file does.
        case notELF
        /// The file is ELF of a class that is not read here (32-bit).
        case unsupportedClass
        /// The file ends before something that it refers to.
        case truncated
        /// A value contradicts another, or the format.
        case malformed
        /// A section that is needed is compressed (`SHF_COMPRESSED`); nothing is decompressed here.
        case compressed
        /// What was to be written does not fit in the format, or is not written here.
        case unwritable
        /// Where an argument of a USDT probe is, is written in a form that is not understood.
        case unknownOperand
    }

    /// What kind of thing is wrong, for callers that treat some kinds on their own.
    public let code: Code
    /// What was being read or written, and what is wrong with it.
    public let reason: String

    package init(_ code: Code, _ reason: String) {
        self.code = code
        self.reason = reason
    }

    /// The reason as a line to show, with what to do about a truncated file.
    public var description: String {
        switch code {
        case .notELF, .unsupportedClass, .unknownOperand: reason
        case .truncated: "the ELF file is truncated: \(reason); build or copy it again"
        case .malformed: "the ELF file is malformed: \(reason)"
        case .compressed: "\(reason); decompress it with 'objcopy --decompress-debug-sections'"
        case .unwritable: "the ELF file cannot be written: \(reason)"
        }
    }
}
