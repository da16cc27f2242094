// SPDX-License-Identifier: Apache-2.0

public import BTF
public import ELF

/// Why objects could not be linked.
public struct LinkError: Error, Sendable, Hashable, CustomStringConvertible {
    /// What kind of thing is wrong.
    public enum Code: Sendable, Hashable {
        /// The bytes are not ELF, or broken; or the linked file cannot be written.
        case elf(ELFError)
        /// A file's types are broken.
        case btf(BTFError)
        /// The file is ELF, but no relocatable eBPF object.
        case notAnObject
        /// There is no file to link.
        case noFiles
        /// A part of a file contradicts another.
        case malformed
        /// A file uses something that is not linked here.
        case unsupported
        /// Two files differ in the order of their bytes.
        case byteOrder
        /// Two files define one symbol, and neither definition is weak.
        case duplicateSymbol
        /// Two files mean different things by one symbol.
        case incompatibleSymbol
        /// Sections of one name cannot become one.
        case incompatibleSection
        /// Two files have different licences, or are for different kernel versions.
        case conflictingLicense
    }

    /// What kind of thing is wrong, for callers that treat some kinds on their own.
    public let code: Code
    /// The names of the files that it is about: two where they contradict each other, none where it is about the whole.
    public let files: [String]
    /// The symbol that it is about, where it is about one.
    public let symbol: String?
    /// What is wrong, and where it is known, what to do.
    public let reason: String

    init(_ code: Code, _ files: [String], symbol: String? = nil, _ reason: String) {
        self.code = code
        self.files = files
        self.symbol = symbol
        self.reason = reason
    }

    init(_ error: ELFError, in file: String) { self.init(.elf(error), [file], error.description) }
    init(_ error: BTFError, in file: String) { self.init(.btf(error), [file], error.description) }

    /// The files and the reason as a line to show.
    public var description: String {
        files.isEmpty ? "cannot link: \(reason)" : "cannot link \(files.joined(separator: " with ")): \(reason)"
    }
}
