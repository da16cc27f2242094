// SPDX-License-Identifier: Apache-2.0

/// JSON objects, one a line (RFC 8259), appended to a ``LineOutput`` without intermediate values.
extension LineOutput {
    /// Begins an object; its members follow.
    public mutating func beginObject() {
        append(byte: UInt8(ascii: "{"))
    }

    /// Ends the object and its line.
    public mutating func endObject() {
        append("}\n")
    }

    /// Appends a member's name; its value follows. `isFirst` leaves the comma out.
    public mutating func member(_ name: StaticString, isFirst: Bool = false) {
        append(isFirst ? "\"" : ",\"")
        append(name)
        append("\":")
    }

    /// Appends an array, each element by `body`.
    public mutating func array<Element>(_ elements: [Element], _ body: (Element, inout LineOutput) -> Void) {
        append("[")
        for (index, element) in elements.enumerated() {
            if index > 0 { append(",") }
            body(element, &self)
        }
        append("]")
    }

    /// Appends text as a string.
    public mutating func append(jsonString text: String) {
        append(jsonString: Array(text.utf8).span.bytes)
    }

    /// Appends bytes as a string. What is not UTF-8 becomes U+FFFD, since JSON can hold nothing else.
    public mutating func append(jsonString bytes: RawSpan) {
        append(byte: UInt8(ascii: "\""))
        var index = 0
        while index < bytes.byteCount {
            let byte = bytes.unsafeLoad(fromUncheckedByteOffset: index, as: UInt8.self)
            switch byte {
            case UInt8(ascii: "\""): append("\\\"")
            case UInt8(ascii: "\\"): append("\\\\")
            case 0x0A: append("\\n")
            case 0x09: append("\\t")
            case 0x00..<0x20, 0x7F:
                append("\\u00")
                append(hexadecimal: byte)
            case 0x20..<0x7F: append(byte: byte)
            default:
                let length = Self.sequenceLength(in: bytes, at: index)
                guard length > 0 else {
                    append("\u{FFFD}")
                    break
                }
                for offset in 0..<length { append(byte: bytes.unsafeLoad(fromUncheckedByteOffset: index + offset, as: UInt8.self)) }
                index += length - 1
            }
            index += 1
        }
        append(byte: UInt8(ascii: "\""))
    }

    /// The length of the well-formed UTF-8 sequence of several bytes at an index; 0 where there is none (Unicode, table 3-7).
    private static func sequenceLength(in bytes: RawSpan, at index: Int) -> Int {
        func byte(_ offset: Int) -> UInt8 {
            index + offset < bytes.byteCount ? bytes.unsafeLoad(fromUncheckedByteOffset: index + offset, as: UInt8.self) : 0
        }
        func continues(_ offsets: ClosedRange<Int>) -> Bool { offsets.allSatisfy { byte($0) & 0xC0 == 0x80 } }
        switch byte(0) {
        case 0xC2...0xDF: return continues(1...1) ? 2 : 0
        case 0xE0: return (0xA0...0xBF).contains(byte(1)) && continues(2...2) ? 3 : 0
        case 0xED: return (0x80...0x9F).contains(byte(1)) && continues(2...2) ? 3 : 0
        case 0xE1...0xEF: return continues(1...2) ? 3 : 0
        case 0xF0: return (0x90...0xBF).contains(byte(1)) && continues(2...3) ? 4 : 0
        case 0xF1...0xF3: return continues(1...3) ? 4 : 0
        case 0xF4: return (0x80...0x8F).contains(byte(1)) && continues(2...3) ? 4 : 0
        default: return 0
        }
    }
}
