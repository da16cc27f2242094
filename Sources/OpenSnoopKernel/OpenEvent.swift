// SPDX-License-Identifier: GPL-2.0-only OR MIT

public import EBPFKernel

/// One open, as the kernel half sends it through its stream `opens`: this, then the path with its NUL.
public struct OpenEvent: BitwiseCopyable, Sendable {
    /// Nanoseconds of `CLOCK_MONOTONIC`, when the open returned.
    public var time: UInt64
    /// The process.
    public var pid: UInt32
    /// The thread.
    public var tid: UInt32
    /// The user.
    public var uid: UInt32
    /// The descriptor, or a negative errno.
    public var result: Int32
    /// How it was to be opened: `O_...`.
    public var flags: Int32
    /// What a file is created with; 0 where none is.
    public var mode: UInt32
    /// The name of the command.
    public var command: CString<16>

    /// Takes a record apart: the fixed part, and the bytes of the path without its NUL. Allocates nothing.
    ///
    /// - Returns: whether the record was long enough to be one; `body` was called only then.
    public static func read<Failure: Error>(
        _ record: RawSpan, _ body: (_ event: OpenEvent, _ path: RawSpan) throws(Failure) -> Void
    ) throws(Failure) -> Bool {
        let size = MemoryLayout<OpenEvent>.size
        guard record.byteCount > size else { return false }
        // Every pattern of bits is a value of these integers, and the bounds are checked above.
        let event = record.unsafeLoadUnaligned(as: OpenEvent.self)
        var end = size
        while end < record.byteCount, record.unsafeLoad(fromUncheckedByteOffset: end, as: UInt8.self) != 0 { end += 1 }
        try body(event, record.extracting(size..<end))
        return true
    }
}
