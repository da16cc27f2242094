// SPDX-License-Identifier: Apache-2.0

/// The records of a stream as a sequence of their bytes that tasks consume, with what was lost; of records whose length varies, or whose type is
/// not known.
///
/// Each record is an array of its own; else it is as ``AsyncEvents``. Records of a perf buffer end with up to seven bytes that are not theirs.
public struct AsyncByteEvents: AsyncSequence, Sendable {
    /// What is handed out.
    public typealias Element = StreamEvent<[UInt8]>
    /// What ends it otherwise than by its end.
    public typealias Failure = EBPFError
    let source: AsyncEventSource

    /// Hands out events; a consumer has one of its own.
    public struct AsyncIterator: AsyncIteratorProtocol {
        let batch: EventBatch

        /// The next event, or `nil` at the end.
        ///
        /// - Throws: ``EBPFError`` where the content of the buffer contradicts itself.
        public mutating func next(isolation actor: isolated (any Actor)?) async throws(EBPFError) -> StreamEvent<[UInt8]>? {
            while true {
                if let (offset, byteCount) = batch.take() { return .record(Array(batch.bytes[offset..<offset + byteCount])) }
                if let lost = batch.takeLost() { return .lost(lost) }
                guard try await batch.refill(isolation: actor) else { return nil }
            }
        }

        /// The next event, or `nil` at the end.
        ///
        /// - Throws: ``EBPFError`` where the content of the buffer contradicts itself.
        public mutating func next() async throws(EBPFError) -> StreamEvent<[UInt8]>? { try await next(isolation: nil) }
    }

    /// A consumer.
    public func makeAsyncIterator() -> AsyncIterator { AsyncIterator(batch: EventBatch(of: source)) }

    /// Ends the sequence once what is there was handed out. When the programs were detached before, that is all they sent.
    public func finish() { source.finish() }
}

extension EventStream {
    /// The records as a sequence of bytes that tasks consume; see ``AsyncByteEvents``.
    ///
    /// - Throws: ``EBPFError`` where the process cannot wait for them: it has too many descriptors or threads, or another sequence of it reads the
    ///   buffer.
    public consuming func events() throws(EBPFError) -> AsyncByteEvents {
        AsyncByteEvents(source: try AsyncEventSource(self))
    }
}

extension RingBuffer {
    /// The records as a sequence of bytes that tasks consume; see ``AsyncByteEvents``. Nobody counts the records that find no room, so none are told as
    /// lost: a kernel half counts them where it reserves in vain, see ``EventStream``.
    ///
    /// - Throws: ``EBPFError`` where the process cannot wait for them: it has too many descriptors or threads, or another sequence reads the buffer; and
    ///   where its oldest records make room for new ones (``MapFlags/overwriting``).
    public consuming func events() throws(EBPFError) -> AsyncByteEvents { try EventStream(self).events() }
}

extension PerfBuffer {
    /// The records as a sequence of bytes that tasks consume, with what the kernel says was lost (``lost``); see ``AsyncByteEvents``. CPUs that come
    /// online are followed.
    ///
    /// - Throws: ``EBPFError`` where the process cannot wait for them: it has too many descriptors or threads, or another sequence reads the buffer.
    public consuming func events() throws(EBPFError) -> AsyncByteEvents { try EventStream(self).events() }
}
