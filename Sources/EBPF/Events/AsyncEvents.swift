// SPDX-License-Identifier: Apache-2.0

/// The records of a stream as a sequence that tasks consume, with what was lost.
///
///     for try await event in try stream.events(as: OpenEvent.self) {
///         switch event {
///         case .record(let open): print(open.pid)
///         case .lost(let count): print("\(count) lost")
///         case .short(let byteCount): print("a record of \(byteCount) bytes")
///         }
///     }
///
/// Records are copied out of the kernel's buffer when they are asked for, hundreds at a time where that many are there: who consumes slowly leaves
/// them in the
/// buffer, which is bounded; what then finds no room is counted, and told. While a consumer waits no thread does, but one for all streams of the
/// process.
///
/// Rings of perf buffers are looked at once a second, whether or not their records wake anybody, and so are the CPUs: those that come online are read,
/// too.
///
/// The sequence ends when its task is cancelled, or after ``finish()``. It then goes on, from where it was, when it is iterated again: nothing is
/// dropped in between. Several consumers at once share the records: each goes to one of them.
///
/// Every pattern of bits must be a value of `Record`, as it is of integers, `CString` and structures of them; enumerations and optionals are refused where
/// they can be seen. Records that are longer are cut.
public struct AsyncEvents<Record: BitwiseCopyable & Sendable>: AsyncSequence, Sendable {
    /// What is handed out.
    public typealias Element = StreamEvent<Record>
    /// What ends it otherwise than by its end.
    public typealias Failure = EBPFError
    let source: AsyncEventSource

    /// Hands out events; a consumer has one of its own.
    public struct AsyncIterator: AsyncIteratorProtocol {
        @usableFromInline let batch: EventBatch

        /// The next event, or `nil` at the end.
        ///
        /// - Throws: ``EBPFError`` where the content of the buffer contradicts itself.
        @inlinable
        public mutating func next(isolation actor: isolated (any Actor)?) async throws(EBPFError) -> StreamEvent<Record>? {
            while true {
                if let (offset, byteCount) = batch.take() {
                    guard byteCount >= MemoryLayout<Record>.size else { return .short(byteCount: byteCount) }
                    // Unsafe: the bytes are as many as the type has, and its documentation asks that any are a value.
                    return .record(batch.bytes.withUnsafeBytes { $0.loadUnaligned(fromByteOffset: offset, as: Record.self) })
                }
                if let lost = batch.takeLost() { return .lost(lost) }
                guard try await batch.refill(isolation: actor) else { return nil }
            }
        }

        /// The next event, or `nil` at the end.
        ///
        /// - Throws: ``EBPFError`` where the content of the buffer contradicts itself.
        @inlinable
        public mutating func next() async throws(EBPFError) -> StreamEvent<Record>? { try await next(isolation: nil) }
    }

    /// A consumer.
    public func makeAsyncIterator() -> AsyncIterator { AsyncIterator(batch: EventBatch(of: source)) }

    /// Ends the sequence once what is there was handed out. When the programs were detached before, that is all they sent.
    public func finish() { source.finish() }
}

extension EventStream {
    /// The records as a sequence that tasks consume; see ``AsyncEvents``.
    ///
    /// - Throws: ``EBPFError`` where the process cannot wait for them: it has too many descriptors or threads, or another sequence of it reads the
    ///   buffer; where the type has another size than the records with which the kernel half declares the stream; and where it has an enumeration.
    public consuming func events<Record: BitwiseCopyable & Sendable>(as type: Record.Type) throws(EBPFError) -> AsyncEvents<Record> {
        try check(type)
        try checkBits(type)
        return AsyncEvents(source: try AsyncEventSource(self))
    }
}

extension RingBuffer {
    /// The records as a sequence that tasks consume; see ``AsyncEvents``. Nobody counts the records that find no room, so none are told as lost: a kernel
    /// half counts them where it reserves in vain, see ``EventStream``.
    ///
    /// - Throws: ``EBPFError`` where the process cannot wait for them: it has too many descriptors or threads, or another sequence reads the buffer;
    ///   where its oldest records make room for new ones (``MapFlags/overwriting``); and where the type has another size than the records with which the
    ///   kernel half declares the buffer.
    public consuming func events<Record: BitwiseCopyable & Sendable>(as type: Record.Type) throws(EBPFError) -> AsyncEvents<Record> {
        try EventStream(self).events(as: type)
    }
}

extension PerfBuffer {
    /// The records as a sequence that tasks consume, with what the kernel says was lost (``lost``); see ``AsyncEvents``. CPUs that come online are
    /// followed.
    ///
    /// - Throws: ``EBPFError`` where the process cannot wait for them: it has too many descriptors or threads, or another sequence reads the buffer; and
    ///   where the type has another size than the records with which the kernel half declares the buffer.
    public consuming func events<Record: BitwiseCopyable & Sendable>(as type: Record.Type) throws(EBPFError) -> AsyncEvents<Record> {
        try EventStream(self).events(as: type)
    }
}
