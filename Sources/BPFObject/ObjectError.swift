// SPDX-License-Identifier: Apache-2.0

public import BTF
public import ELF

/// Why an object could not be read, or not be made ready for a kernel.
public struct ObjectError: Error, Sendable, Hashable, CustomStringConvertible {
    /// What kind of thing is wrong.
    public enum Code: Sendable, Hashable {
        /// The bytes are not ELF, or broken.
        case elf(ELFError)
        /// The object's types are broken.
        case btf(BTFError)
        /// The file is ELF, but not an eBPF object.
        case notAnObject
        /// A part of the object contradicts another.
        case malformed
        /// The object uses something that is not supported here.
        case unsupported
        /// Nothing in the object has this name.
        case noSuchName
        /// A value does not have the size that the object declares.
        case wrongSize
        /// A value is a number of another kind than the object declares.
        case wrongType
        /// The object asks for something of the kernel's configuration that it does not say, or that does not fit.
        case configuration
    }

    /// What kind of thing is wrong, for callers that treat some kinds on their own.
    public let code: Code
    /// What was being read or done, and what is wrong.
    public let reason: String

    package init(_ code: Code, _ reason: String) {
        self.code = code
        self.reason = reason
    }

    init(_ error: ELFError) { self.init(.elf(error), error.description) }
    init(_ error: BTFError) { self.init(.btf(error), error.description) }

    /// The reason, which is made to be shown.
    public var description: String { reason }
}
