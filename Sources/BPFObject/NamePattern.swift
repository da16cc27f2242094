// SPDX-License-Identifier: Apache-2.0

/// A pattern of names: `*` stands for any characters, also none, `?` for one.
public struct NamePattern: Sendable, Hashable {
    /// The pattern as it is written.
    public let text: String
    private let bytes: [UInt8]

    /// A pattern; every text is one.
    public init(_ text: String) {
        self.text = text
        bytes = Array(text.utf8)
    }

    /// Whether a name matches as a whole, in time that grows with the product of both lengths at most.
    public func matches(_ name: String) -> Bool { matches(Array(name.utf8)[...]) }

    /// Whether the bytes of a name match.
    public func matches(_ name: ArraySlice<UInt8>) -> Bool { matches(name.span.bytes) }

    /// Whether the bytes of a name match. Allocates nothing.
    public func matches(_ name: RawSpan) -> Bool {
        var place = 0
        var position = 0
        // Behind the last star, and the first byte that it does not stand for.
        var star: (place: Int, position: Int)?
        while position < name.byteCount {
            let byte = name.unsafeLoad(fromByteOffset: position, as: UInt8.self)
            if place < bytes.count, bytes[place] == UInt8(ascii: "*") {
                place += 1
                star = (place, position)
            } else if place < bytes.count, bytes[place] == UInt8(ascii: "?") || bytes[place] == byte {
                place += 1
                position += 1
            } else if let last = star {
                star = (last.place, last.position + 1)
                (place, position) = (last.place, last.position + 1)
            } else {
                return false
            }
        }
        return bytes[place...].allSatisfy { $0 == UInt8(ascii: "*") }
    }
}
