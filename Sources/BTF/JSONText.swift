// SPDX-License-Identifier: Apache-2.0

import Bytes

/// JSON, appended to bytes without values in between.
struct JSONText {
    private(set) var bytes: [UInt8] = []
    private var needsComma = false

    mutating func begin(_ bracket: StaticString) {
        comma()
        put(bracket)
        needsComma = false
    }

    mutating func end(_ bracket: StaticString) {
        put(bracket)
        needsComma = true
    }

    mutating func endLine() {
        bytes.append(UInt8(ascii: "\n"))
        needsComma = false
    }

    /// A key, which the caller knows to need no escape. Its value follows.
    mutating func key(_ key: StaticString) {
        comma()
        bytes.append(UInt8(ascii: "\""))
        put(key)
        put("\":")
        needsComma = false
    }

    /// A text that the caller knows to need no escape.
    mutating func value(_ text: StaticString) {
        comma()
        bytes.append(UInt8(ascii: "\""))
        put(text)
        bytes.append(UInt8(ascii: "\""))
        needsComma = true
    }

    mutating func value(_ number: some FixedWidthInteger) {
        comma()
        if number < 0 { bytes.append(UInt8(ascii: "-")) }
        var magnitude = UInt64(number.magnitude)
        let first = bytes.count
        repeat {
            bytes.append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: magnitude % 10))
            magnitude /= 10
        } while magnitude > 0
        bytes[first...].reverse()
        needsComma = true
    }

    /// A text, with escapes where RFC 8259 demands them and U+FFFD where it is no UTF-8.
    mutating func value(_ text: RawSpan) {
        comma()
        bytes.append(UInt8(ascii: "\""))
        let first = bytes.count
        var isASCII = true
        for index in 0..<text.byteCount {
            let byte = text.unsafeLoad(fromUncheckedByteOffset: index, as: UInt8.self)
            isASCII = isASCII && byte < 0x80
            put(escaping: byte)
        }
        // Names are ASCII; the rest is repaired. The bytes of escapes are ASCII, and stay.
        if !isASCII {
            let repaired = Array(String(decoding: bytes[first...], as: UTF8.self).utf8)
            bytes.replaceSubrange(first..., with: repaired)
        }
        bytes.append(UInt8(ascii: "\""))
        needsComma = true
    }

    mutating func take(to output: inout [UInt8]) {
        output += bytes
        bytes.removeAll(keepingCapacity: true)
    }

    private mutating func put(escaping byte: UInt8) {
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"):
            bytes.append(UInt8(ascii: "\\"))
            bytes.append(byte)
        case UInt8(ascii: "\n"): put("\\n")
        case UInt8(ascii: "\r"): put("\\r")
        case UInt8(ascii: "\t"): put("\\t")
        case 0..<0x20, 0x7F:
            put("\\u00")
            bytes.append(Self.hexDigit(byte >> 4))
            bytes.append(Self.hexDigit(byte & 15))
        default: bytes.append(byte)
        }
    }

    private static func hexDigit(_ value: UInt8) -> UInt8 {
        value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "a") + (value - 10)
    }

    private mutating func comma() {
        if needsComma { bytes.append(UInt8(ascii: ",")) }
    }

    @inline(__always)
    private mutating func put(_ text: StaticString) {
        text.withUTF8Buffer { bytes.append(contentsOf: $0) }
    }
}
