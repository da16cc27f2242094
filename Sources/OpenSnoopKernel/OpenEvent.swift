// SPDX-License-Identifier: Apache-2.0

public import COpenSnoop

/// One open, as it comes out of the kernel half's stream `opens`.
public enum OpenEvent {
    /// Takes a record apart: the fixed part, and the bytes of the path without its NUL. Allocates nothing.
    ///
    /// - Returns: whether the record was long enough to be one; `body` was called only then.
    public static func read<Failure: Error>(
        _ record: RawSpan, _ body: (_ event: open_event, _ path: RawSpan) throws(Failure) -> Void
    ) throws(Failure) -> Bool {
        let size = MemoryLayout<open_event>.size
        guard record.byteCount > size else { return false }
        // Every pattern of bits is a value of this C structure, and the bounds are checked above.
        let event = record.unsafeLoadUnaligned(as: open_event.self)
        var end = size
        while end < record.byteCount, record.unsafeLoad(fromUncheckedByteOffset: end, as: UInt8.self) != 0 { end += 1 }
        try body(event, record.extracting(size..<end))
        return true
    }
}
