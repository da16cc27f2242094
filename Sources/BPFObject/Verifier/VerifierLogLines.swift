// SPDX-License-Identifier: Apache-2.0

import Bytes

/// The lines of a log, forwards or from its end, made one at a time. Empty lines are left out.
struct VerifierLogLines: Sequence, IteratorProtocol, Sendable {
    private let bytes: ByteView
    private var position = 0

    init(_ bytes: ByteView, from position: Int = 0) {
        self.bytes = bytes
        self.position = position
    }

    /// The kernel writes lines of a few hundred bytes. More of a line is not read, though the log has it.
    private static let longestLine = 4096

    mutating func next() -> (line: Substring, start: Int)? {
        while position < bytes.count {
            let start = position
            var end = start
            while end < bytes.count, bytes[end] != UInt8(ascii: "\n") { end += 1 }
            position = end + 1
            if end > start { return (Self.text(bytes, start, end), start) }
        }
        return nil
    }

    /// The lines from the end on.
    func reversed() -> Backwards { Backwards(bytes, before: bytes.count) }

    private static func text(_ bytes: ByteView, _ start: Int, _ end: Int) -> Substring {
        guard let part = bytes.slice(at: start, count: Swift.min(end - start, longestLine)) else { return "" }
        return String(decoding: part.array(), as: UTF8.self)[...]
    }

    /// The lines in front of an offset, the last first.
    struct Backwards: Sequence, IteratorProtocol {
        private let bytes: ByteView
        private var end: Int

        init(_ bytes: ByteView, before end: Int) {
            self.bytes = bytes
            self.end = Swift.min(end, bytes.count)
        }

        mutating func next() -> (line: Substring, start: Int)? {
            while end > 0 {
                var start = end
                while start > 0, bytes[start - 1] != UInt8(ascii: "\n") { start -= 1 }
                let last = end
                end = Swift.max(start - 1, 0)
                if last > start { return (VerifierLogLines.text(bytes, start, last), start) }
                if start == 0 { return nil }
            }
            return nil
        }
    }
}
