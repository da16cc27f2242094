// SPDX-License-Identifier: Apache-2.0

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// Text that is made of very many short pieces, as bytes.
///
/// An array takes a piece in about a hundred instructions, which for names of eight bytes is most of the work. Here room is made for many
/// pieces at once, and a piece is copied into it.
///
/// Unsafe: copies through pointers that live for the call, after it has seen that there is room.
public struct TextBuffer: Sendable {
    /// The text, and behind it room for more.
    private var bytes: [UInt8]
    /// The number of bytes of the text.
    public private(set) var count: Int

    /// A buffer that holds nothing yet.
    public init() {
        bytes = []
        count = 0
    }

    /// Moves the text behind other bytes, and keeps the room for what comes next.
    public mutating func drain(into bytes: inout [UInt8]) {
        self.bytes.withUnsafeBytes { bytes.append(contentsOf: UnsafeRawBufferPointer(rebasing: $0.prefix(count))) }
        count = 0
    }

    /// The byte at an index; 0 behind the end of the text.
    @inline(__always)
    public subscript(index: Int) -> UInt8 { index >= 0 && index < count ? bytes[index] : 0 }

    /// Appends a piece of source text.
    @inline(__always)
    public mutating func append(_ text: StaticString) {
        append(UnsafeRawBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }

    /// Appends one byte.
    public mutating func append(_ byte: UInt8) {
        if count == bytes.count { makeRoom(for: 1) }
        bytes[count] = byte
        count += 1
    }

    /// Appends bytes.
    public mutating func append(_ piece: UnsafeRawBufferPointer) {
        guard let start = piece.baseAddress, piece.count > 0 else { return }
        if bytes.count - count < piece.count { makeRoom(for: piece.count) }
        bytes.withUnsafeMutableBytes { room in
            // There is room, so there is an address.
            if let target = room.baseAddress { memcpy(target + count, start, piece.count) }
        }
        count += piece.count
    }

    @inline(never)
    private mutating func makeRoom(for more: Int) {
        // Doubling, so that each byte is moved once or twice.
        bytes += [UInt8](repeating: 0, count: max(more, bytes.count, 4096))
    }
}
