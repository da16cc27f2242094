// SPDX-License-Identifier: Apache-2.0

/// What records are read from: ``RingBuffer``, ``PerfBuffer``, and ``EventStream``, which is one of both.
public protocol EventSource: ~Copyable {
    /// Hands every record that is there to `body`, at most `maximum` of them. The span is valid during the call only.
    ///
    /// - Returns: how many records there were.
    /// - Throws: ``EBPFError`` of `body`, whose record counts as read then; and with ``EBPFError/Code/corrupt`` where the content of the buffer
    ///   contradicts itself,
    ///   after the records before that were handed out.
    mutating func drain(maximum: Int, _ body: (RawSpan) throws(EBPFError) -> Void) throws(EBPFError) -> Int

    /// How many records ``drain(as:maximum:_:)`` did not hand out, because they were shorter than the type asked for: a sign that both halves declare
    /// the record differently. May be set back.
    var shortRecords: UInt64 { get set }

    /// How many bytes a record has, by the declaration of the buffer in the kernel half; `nil` where the object does not say it: of kernel halves in C, and
    /// of maps that were opened by their names, numbers or pins.
    var recordByteCount: Int? { get }
}

extension EventSource where Self: ~Copyable {
    /// `nil`: nothing is known of the records.
    public var recordByteCount: Int? { nil }
}

extension EventSource where Self: ~Copyable {
    /// Hands every record that is there to `body`.
    ///
    /// - Returns: how many records there were.
    /// - Throws: ``EBPFError``, see ``drain(maximum:_:)``.
    @inlinable
    public mutating func drain(_ body: (RawSpan) throws(EBPFError) -> Void) throws(EBPFError) -> Int {
        try drain(maximum: .max, body)
    }

    /// Hands every record that is there to a `body` that may throw errors of any type, at most `maximum` of them.
    ///
    /// - Returns: how many records there were.
    /// - Throws: what `body` throws, whose record counts as read then, or ``EBPFError``, see ``drain(maximum:_:)``.
    public mutating func drain(maximum: Int = .max, _ body: (RawSpan) throws -> Void) throws -> Int {
        var thrown: (any Error)?
        do throws(EBPFError) {
            return try drain(maximum: maximum) { (record: RawSpan) throws(EBPFError) in
                do {
                    try body(record)
                } catch {
                    thrown = error
                    throw EBPFError(.invalid, "read records", cause: "their reader has had enough")
                }
            }
        } catch { throw thrown ?? error }
    }

    /// Hands every record that is there to `body` as a value of `Record`: what the kernel half's ring buffer was declared with.
    ///
    /// Every pattern of bits must be a value of `Record`, as it is of integers, `CString` and structures of them. Records that are longer are cut;
    /// those that are
    /// shorter are not handed out, but counted: see ``shortRecords``.
    ///
    /// - Returns: how many records there were, with those that were too short.
    /// - Throws: ``EBPFError``, see ``drain(maximum:_:)``; and, before anything is read, where the type has another size than the records with which the
    ///   kernel half declares the buffer, see ``recordByteCount``.
    @inlinable
    public mutating func drain<Record: BitwiseCopyable>(
        as type: Record.Type, maximum: Int = .max, _ body: (Record) throws(EBPFError) -> Void
    ) throws(EBPFError) -> Int {
        try check(type)
        var short: UInt64 = 0
        defer { shortRecords &+= short }
        return try drain(maximum: maximum) { (bytes: RawSpan) throws(EBPFError) in
            guard bytes.byteCount >= MemoryLayout<Record>.size else {
                short &+= 1
                return
            }
            // Unsafe: the bytes are as many as the type has, and its documentation asks that any are a value.
            try body(bytes.unsafeLoadUnaligned(as: Record.self))
        }
    }
}
