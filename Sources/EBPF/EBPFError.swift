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
        /// The running kernel's configuration can be found nowhere.
        case noKernelConfiguration
        /// The tracing file system can be neither found nor mounted.
        case noTraceFileSystem
        /// This kernel has no such tracepoint.
        case noSuchTracepoint
        /// This kernel has no such function, hook or iterator to attach to.
        case noSuchTarget
        /// Something else is attached there, and there is room for one.
        case busy
        /// There is no such program or library, or it is no 64-bit ELF file.
        case noSuchBinary
        /// A program or library has no such function, or no such probe that it declares.
        case noSuchSymbol
        /// The verifier refused a program; ``EBPFError/verifierLog`` says why.
        case rejected
        /// This kernel lacks what is asked for; ``EBPFError/cause`` says since when others have it.
        case unsupported
        /// The object cannot be read, or not be made ready for this kernel.
        case object
        /// What was asked for does not fit: a size, a type, a name.
        case invalid
        /// The condition of an update does not hold: the key is there already, or it is not (``Map/UpdateCondition``).
        case unmetCondition
        /// Memory that is shared with the kernel, as that of a ring buffer, contradicts itself.
        case corrupt
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
        self.init(system: errno, operation, remedy: remedy, attempting: capabilities.isEmpty ? nil : .other(capabilities))
    }

    /// A failed system call that something may have forbidden, which is looked for and named.
    ///
    /// - Parameters:
    ///   - map: the descriptor of the map that was used, and whether the call was one that writes.
    ///   - wanted: how many bytes were asked for, where that is known.
    init(
        system errno: Int32, _ operation: String, remedy: String? = nil, attempting attempt: Attempt?, map: (descriptor: Int32, isWrite: Bool)? = nil,
        wanted: UInt64? = nil
    ) {
        if errno == EPERM || errno == EACCES, let attempt,
            let denial = Denial.judge(errno, attempt, .look(at: attempt, map: map, wanted: wanted))
        {
            self.init(.permission, operation, cause: denial.cause, remedy: denial.remedy, errno: errno)
        } else {
            self.init(.system, operation, cause: Failure.text(of: errno), remedy: remedy, errno: errno)
        }
    }

    /// A failure whose cause was judged; without a number where no call has failed.
    init(_ failure: Failure, _ operation: String, errno: Int32? = nil) {
        self.init(failure.code, operation, cause: failure.cause, remedy: failure.remedy, errno: errno)
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
        if let context = verifierLog?.context, !context.isEmpty { text += "\n" + context }
        return text
    }
}
