// SPDX-License-Identifier: Apache-2.0

public import BPFAssembly
public import Bytes

/// What the verifier said about a program that it refused.
///
/// The whole of what the kernel has delivered is kept, and read when it is asked for: a log may have a million lines. What is asked for most,
/// where and why it ended, stands in its last lines and costs no more than these. No text makes reading fail.
///
/// ```swift
/// do {
///     let loaded = try object.load()
/// } catch {
///     print(error)                                 // operation, reason, remedy, source line, last instructions
///     for visited in error.verifierLog?.instructions.suffix(100) ?? [] { print(visited) }
/// }
/// ```
public struct VerifierLog: Sendable {
    /// The bytes that the kernel has delivered, without the NUL.
    public let bytes: ByteView
    /// What the kernel did not deliver, if anything.
    public let truncation: Truncation?
    /// The slot of the instruction that the verifier's reason is about: the one that the reason names, or else the last that was visited;
    /// `nil` where the log has neither.
    public let slot: Int?
    /// The source line of that instruction, where the object has lines.
    public let line: SourceLine?
    /// The source line in which the reference was acquired that the program does not release, for that reason.
    public let acquisition: SourceLine?
    /// Why an instruction was made unusable before it was loaded, where that is the reason.
    public let missing: String?
    /// What the last lines say.
    let ending: Ending

    /// How a log is cut.
    public enum Truncation: Sendable, Hashable {
        /// The beginning is missing, this number of bytes of it: Linux 6.4 and newer keep the end of a log for which there is not room enough.
        case beginning(missing: Int)
        /// What stands between the instructions in front of this offset and the reason behind it is missing: older kernels keep the beginning,
        /// and were asked for the reason alone.
        case middle(at: Int)
    }

    /// Reads a log.
    ///
    /// - Parameters:
    ///   - bytes: what the kernel has written.
    ///   - assembly: the code that was loaded: it knows the source lines.
    public init(_ bytes: ByteView, truncation: Truncation? = nil, of assembly: ProgramAssembly? = nil) {
        self.bytes = bytes
        self.truncation = truncation
        var cut = 0
        if case .middle(let offset) = truncation { cut = offset }
        let ending = Ending(of: bytes, behind: cut)
        self.ending = ending
        let slot = ending.namedSlot ?? ending.slot
        self.slot = slot
        line = slot.flatMap { assembly?.line(at: $0) }
        acquisition = ending.acquiringSlot.flatMap { assembly?.line(at: $0) }
        missing = slot.flatMap { assembly?.poisoned[$0] }
    }

    /// Reads a log from a text.
    public init(text: String, of assembly: ProgramAssembly? = nil) {
        self.init(ByteView(Array(text.utf8)), of: assembly)
    }

    /// The whole log as text, made anew each time, with ill-formed UTF-8 repaired.
    public var text: String { bytes.withBytes { String(decoding: $0.withUnsafeBytes { Array($0) }, as: UTF8.self) } }

    /// Whether the kernel said nothing.
    public var isEmpty: Bool { bytes.count == 0 }

    /// The verifier's own words for the reason: its lines behind the last instruction, joined; `nil` where it gave none.
    public var reason: String? { ending.reasons.isEmpty ? nil : ending.reasons.joined(separator: "; ") }

    /// What the verifier counted: the line that begins with `processed`.
    public var statistics: Statistics? { ending.statistics }

    /// What the reason means, and what to do, in plain words, those of Swift where the source line stands in such a file; `nil` for a reason that is not in the
    /// table.
    ///
    /// - Parameters:
    ///   - kernel: the release that gave the log, where it is known: some helpers are too young for it.
    ///   - type: the kind of program.
    public func hint(kernel: KernelVersion? = nil, type: ProgramType? = nil) -> String? {
        if let hint = movedPacketHint { return hint }
        let isSwift = line?.fileName.hasSuffix(".swift") ?? false
        return ending.reasons.lazy.compactMap { VerifierHint.text(for: $0, kernel: kernel, type: type, isSwift: isSwift) }.first
    }
}
