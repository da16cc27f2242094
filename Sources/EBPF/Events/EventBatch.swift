// SPDX-License-Identifier: Apache-2.0

/// Records that were copied out of a stream and wait for one consumer, in memory that is used again and again.
///
/// Each stands behind its length in eight bytes, at a multiple of eight.
@usableFromInline final class EventBatch {
    @usableFromInline var bytes: [UInt8] = []
    /// Where the next record's length stands.
    @usableFromInline var next = 0
    /// Losses that are not yet told.
    @usableFromInline var lost: UInt64 = 0
    private let source: AsyncEventSource

    /// How many records, and about how many bytes, are copied at once.
    static let maximum = 512

    init(of source: AsyncEventSource) {
        self.source = source
    }

    /// What was not consumed goes back, and to the next consumer.
    deinit {
        if next < bytes.count || lost > 0 { source.giveBack(bytes[next...], lost: lost) }
    }

    /// Where the next record begins and how long it is; `nil` where none is left.
    @inlinable @inline(__always) func take() -> (offset: Int, byteCount: Int)? {
        let offset = next
        guard offset < bytes.count else { return nil }
        // Unsafe: written by `append`, and any bits are an integer.
        let length = bytes.span.bytes.unsafeLoadUnaligned(fromByteOffset: offset, as: Int.self)
        next = offset + 8 + (length + 7) & ~7
        return (offset + 8, length)
    }

    /// Tells of losses once.
    @inlinable func takeLost() -> UInt64? {
        guard lost > 0 else { return nil }
        defer { lost = 0 }
        return lost
    }

    /// Copies a record behind the others.
    func append(_ record: RawSpan) {
        withUnsafeBytes(of: record.byteCount) { bytes.append(contentsOf: $0) }
        record.withUnsafeBytes { bytes.append(contentsOf: $0) }
        for _ in 0..<(-record.byteCount & 7) { bytes.append(0) }
    }

    /// Gets more, and waits for it where there is none.
    ///
    /// - Returns: `false` at the end: the task was cancelled, or the stream finished and all of it was handed out.
    @usableFromInline func refill(isolation: isolated (any Actor)?) async throws(EBPFError) -> Bool {
        while true {
            // Counted before all else is looked at: what changes behind that ends the wait.
            let wakeUps = source.wakeUps
            // Looked at first: what was sent before the end is handed out after all.
            let isFinished = source.isFinished
            if Task.isCancelled { return false }
            if try source.fill(self) { return true }
            if source.isSettling {
                // The error of a task that is cancelled meanwhile; the next round says so.
                try? await Task.sleep(for: .milliseconds(1))
                continue
            }
            if isFinished { return false }
            await source.wait(since: wakeUps, isolation: isolation)
        }
    }
}
