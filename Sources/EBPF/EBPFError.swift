// SPDX-License-Identifier: Apache-2.0

public import BPFObject
import Glibc

/// Why something could not be done with the kernel: the operation, its cause, and what to do.
public struct EBPFError: Error, Sendable, CustomStringConvertible {
    /// What kind of thing went wrong.
    public enum Code: Sendable, Hashable {
        /// The kernel refused because a privilege is missing.
        case permission
        /// This kernel has no description of its types (BTF).
        case noKernelTypes
        /// The tracing file system can be neither found nor mounted.
        case noTraceFileSystem
        /// This kernel has no such tracepoint.
        case noSuchTracepoint
        /// The verifier refused a program; ``EBPFError/verifierLog`` says why.
        case rejected
        /// The object cannot be read, or not be made ready for this kernel.
        case object
        /// What was asked for does not fit: a size, a type, a name.
        case invalid
        /// A system call failed otherwise; ``EBPFError/errno`` says how.
        case system
    }

    /// What kind of thing went wrong, for callers that treat some kinds on their own.
    public let code: Code
    /// What was being done, to which thing: `load program 'enter_open'`.
    public let operation: String
    /// Why it could not be done.
    public let cause: String
    /// What the user can do about it, where that is known.
    public let remedy: String?
    /// The number of the failed system call's error, where one failed.
    public let errno: Int32?
    /// What the verifier said, for ``Code/rejected``.
    public let verifierLog: VerifierLog?

    init(
        _ code: Code, _ operation: String, cause: String, remedy: String? = nil, errno: Int32? = nil, verifierLog: VerifierLog? = nil
    ) {
        self.code = code
        self.operation = operation
        self.cause = cause
        self.remedy = remedy
        self.errno = errno
        self.verifierLog = verifierLog
    }

    /// A failed system call. Where the cause is a missing privilege, it is looked for and named.
    init(system errno: Int32, _ operation: String, remedy: String? = nil, needs capabilities: [Capability] = []) {
        if errno == EPERM || errno == EACCES, let denial = Denial(errno: errno, needed: capabilities) {
            self.init(.permission, operation, cause: denial.cause, remedy: denial.remedy, errno: errno)
        } else {
            self.init(.system, operation, cause: String(cString: strerror(errno)), remedy: remedy, errno: errno)
        }
    }

    /// A failed system call of a tool.
    package init(errno: Int32, _ operation: String) {
        self.init(system: errno, operation)
    }

    /// An object that cannot be read or made ready.
    public init(_ error: ObjectError, _ operation: String) {
        self.init(.object, operation, cause: error.description)
    }

    /// One line that names operation, cause and remedy; for a refused program, lines of the verifier's log behind it.
    public var description: String {
        var text = "cannot \(operation): \(cause)"
        if let remedy { text += "; \(remedy)" }
        if let verifierLog, !verifierLog.text.isEmpty { text += "\n" + verifierLog.excerpt }
        return text
    }
}
