// SPDX-License-Identifier: Apache-2.0

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// A bounds-checked view of immutable bytes, which several values share without copying.
///
/// The bytes may be an array's copy, a mapped file or an embedded object; whoever holds a view keeps them alive. Every
/// read is checked and answers `nil` outside of the view, so that no offset that a file claims can trap.
///
/// Unsafe: this file and its ``ByteOwner`` are the only ones of the pure floors that hold a pointer. It never leaves the
/// view except through ``withBytes(_:)``, whose span cannot outlive the call.
public struct ByteView: Sendable {
    @usableFromInline let owner: ByteOwner
    @usableFromInline nonisolated(unsafe) let start: UnsafeRawPointer
    /// The number of bytes.
    public let count: Int

    @usableFromInline
    init(owner: ByteOwner, start: UnsafeRawPointer, count: Int) {
        self.owner = owner
        self.start = start
        self.count = count
    }

    /// A view of a copy of the bytes.
    public init(_ bytes: [UInt8]) {
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: max(bytes.count, 1), alignment: 8)
        buffer.copyBytes(from: bytes)
        self.init(adopting: UnsafeRawBufferPointer(start: buffer.baseAddress, count: bytes.count)) {
            $0.deallocate()
        }
    }

    /// A view of memory that the caller gives away; `release` is called once, when the last view has gone.
    ///
    /// - Precondition of the caller: nobody writes to the memory until then. Kernel floors use this for mappings.
    public init(
        adopting memory: UnsafeRawBufferPointer, release: @escaping @Sendable (UnsafeRawBufferPointer) -> Void
    ) {
        let owner = ByteOwner(memory: memory, release: release)
        guard let start = memory.baseAddress else {
            self.init([])
            return
        }
        self.init(owner: owner, start: start, count: memory.count)
    }

    /// The part of this view that begins `offset` bytes in, or `nil` where any of it lies outside.
    @inlinable
    public func slice<Offset: BinaryInteger, Count: BinaryInteger>(at offset: Offset, count: Count) -> ByteView? {
        guard let offset = Int(exactly: offset), let count = Int(exactly: count),
            offset >= 0, count >= 0, offset <= self.count, count <= self.count - offset
        else { return nil }
        return ByteView(owner: owner, start: start + offset, count: count)
    }

    /// The rest of this view from `offset` on, or `nil` where `offset` lies outside.
    @inlinable
    public func suffix<Offset: BinaryInteger>(from offset: Offset) -> ByteView? {
        guard let offset = Int(exactly: offset), offset >= 0, offset <= count else { return nil }
        return ByteView(owner: owner, start: start + offset, count: count - offset)
    }

    /// The integer that is stored at `offset`, or `nil` where any byte of it lies outside.
    @inlinable
    public func integer<Value: FixedWidthInteger & BitwiseCopyable>(
        _ type: Value.Type = Value.self, at offset: Int, order: ByteOrder
    ) -> Value? {
        guard offset >= 0, offset <= count - MemoryLayout<Value>.size else { return nil }
        return order.convert(start.loadUnaligned(fromByteOffset: offset, as: Value.self))
    }

    /// The byte at `offset`, or `nil` outside of the view.
    @inlinable
    public subscript(offset: Int) -> UInt8? {
        guard offset >= 0, offset < count else { return nil }
        return start.load(fromByteOffset: offset, as: UInt8.self)
    }

    /// Calls `body` with the bytes as a span, which is valid only during the call.
    @inlinable
    public func withBytes<Result, Failure: Error>(
        _ body: (RawSpan) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        // The span borrows `self`, whose owner keeps the memory for as long as the call lasts.
        try body(RawSpan(_unsafeStart: start, byteCount: count))
    }

    /// A copy of the bytes.
    public func array() -> [UInt8] {
        Array(UnsafeRawBufferPointer(start: start, count: count))
    }

    /// The length of the NUL-terminated string at `offset`, or `nil` where it has no end inside of the view.
    public func stringLength(at offset: Int) -> Int? {
        guard offset >= 0, offset < count else { return nil }
        // The C library's search looks at many bytes at a time.
        guard let end = memchr(start + offset, 0, count - offset) else { return nil }
        return UnsafeRawPointer(end) - (start + offset)
    }

    /// The NUL-terminated string at `offset`, with ill-formed UTF-8 repaired; `nil` where it has no end inside of the view.
    public func string(at offset: Int) -> String? {
        guard let length = stringLength(at: offset) else { return nil }
        return String(decoding: UnsafeRawBufferPointer(start: start + offset, count: length), as: UTF8.self)
    }

    /// Appends the bytes of the NUL-terminated string at `offset`, as they are; nothing where it has no end inside of the view.
    public func appendString(at offset: Int, to text: inout TextBuffer) {
        guard let length = stringLength(at: offset) else { return }
        text.append(UnsafeRawBufferPointer(start: start + offset, count: length))
    }

    /// Whether these bytes stand at `offset`. Allocates nothing.
    @inlinable
    public func beginsWith(_ text: [UInt8], at offset: Int) -> Bool {
        guard offset >= 0, offset <= count, text.count <= count - offset else { return false }
        for index in 0..<text.count where start.load(fromByteOffset: offset + index, as: UInt8.self) != text[index] {
            return false
        }
        return true
    }

    /// Whether the NUL-terminated string at `offset` has exactly these bytes. Allocates nothing.
    @inlinable
    public func holdsString(_ text: [UInt8], at offset: Int) -> Bool {
        beginsWith(text, at: offset) && self[offset + text.count] == 0
    }
}
