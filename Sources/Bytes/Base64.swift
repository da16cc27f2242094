// SPDX-License-Identifier: Apache-2.0

/// Base64 of RFC 4648, section 4, with padding: how objects are embedded in Swift sources.
///
/// A string literal compiles a hundred times faster than an array of bytes, and holds no bytes that are not text.
public enum Base64 {
    /// The text for `bytes`.
    public static func encode(_ bytes: [UInt8]) -> String {
        var text: [UInt8] = []
        text.reserveCapacity((bytes.count + 2) / 3 * 4)
        for start in stride(from: 0, to: bytes.count, by: 3) {
            let group = bytes[start..<Swift.min(start + 3, bytes.count)]
            var bits = group.reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
            bits <<= 8 * UInt32(3 - group.count)
            for position in 0..<4 {
                text.append(position <= group.count ? character(UInt8(bits >> UInt32(18 - 6 * position) & 63)) : padding)
            }
        }
        return String(decoding: text, as: UTF8.self)
    }

    /// The bytes of `text`, or `nil` where it is not Base64.
    public static func decode(_ text: some Collection<UInt8>) -> [UInt8]? {
        guard text.count % 4 == 0 else { return nil }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.count / 4 * 3)
        var bits: UInt32 = 0
        var digits = 0
        var pads = 0
        for character in text {
            if character == padding {
                pads += 1
                bits <<= 6
            } else {
                guard pads == 0, let value = value(of: character) else { return nil }
                bits = bits << 6 | UInt32(value)
            }
            digits += 1
            if digits % 4 == 0 {
                guard pads <= 2, pads == 0 || digits == text.count else { return nil }
                for position in 0..<(3 - pads) { bytes.append(UInt8(truncatingIfNeeded: bits >> UInt32(16 - 8 * position))) }
                bits = 0
            }
        }
        return bytes
    }

    private static let padding = UInt8(ascii: "=")

    private static func character(_ value: UInt8) -> UInt8 {
        switch value {
        case 0..<26: UInt8(ascii: "A") + value
        case 26..<52: UInt8(ascii: "a") + (value - 26)
        case 52..<62: UInt8(ascii: "0") + (value - 52)
        case 62: UInt8(ascii: "+")
        default: UInt8(ascii: "/")
        }
    }

    private static func value(of character: UInt8) -> UInt8? {
        switch character {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"): character - UInt8(ascii: "A")
        case UInt8(ascii: "a")...UInt8(ascii: "z"): character - UInt8(ascii: "a") + 26
        case UInt8(ascii: "0")...UInt8(ascii: "9"): character - UInt8(ascii: "0") + 52
        case UInt8(ascii: "+"): 62
        case UInt8(ascii: "/"): 63
        default: nil
        }
    }
}
