// SPDX-License-Identifier: Apache-2.0

/// Names of Rust before its mangling of version 0: nested names of C++, whose last part is a hash.
enum RustName {
    /// `_ZN`, parts, and `17h` with sixteen digits and `E`; behind it there may be what LLVM adds (`.llvm.123`). `nil` for any other name.
    static func demangled(_ name: [UInt8]) -> String? {
        guard name.starts(with: "_ZN".utf8) else { return nil }
        var parts: [ArraySlice<UInt8>] = []
        var place = 3
        while place < name.count, name[place] != UInt8(ascii: "E") {
            var count = 0
            while place < name.count, count < name.count, let digit = digit(name[place]), digit < 10 {
                count = count * 10 + digit
                place += 1
            }
            guard count > 0, count <= name.count - place else { return nil }
            parts.append(name[place..<place + count])
            place += count
        }
        guard place < name.count, parts.count > 1, let hash = parts.popLast(), isHash(hash) else { return nil }
        guard place + 1 == name.count || name[place + 1] == UInt8(ascii: ".") else { return nil }
        return parts.map(text).joined(separator: "::")
    }

    private static func isHash(_ part: ArraySlice<UInt8>) -> Bool {
        part.count == 17 && part.first == UInt8(ascii: "h") && part.dropFirst().allSatisfy { digit($0) != nil }
    }

    /// The value of a lower-case hexadecimal digit.
    private static func digit(_ byte: UInt8) -> Int? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): Int(byte - UInt8(ascii: "0"))
        case UInt8(ascii: "a")...UInt8(ascii: "f"): Int(byte - UInt8(ascii: "a")) + 10
        default: nil
        }
    }

    private static let escapes = [
        "SP": "@", "BP": "*", "RF": "&", "LT": "<", "GT": ">", "LP": "(", "RP": ")", "C": ",",
    ]

    /// A part with what linkers do not take put back: `$LT$` is `<`, `$u20$` a space, `..` is `::`.
    private static func text(_ part: ArraySlice<UInt8>) -> String {
        // An underscore keeps what begins with an escape a name.
        var rest = part.starts(with: "_$".utf8) ? part.dropFirst() : part
        var output: [UInt8] = []
        while let byte = rest.first {
            if byte == UInt8(ascii: "$"), let end = rest.dropFirst().firstIndex(of: byte), let text = escape(rest[rest.startIndex + 1..<end]) {
                output += Array(text.utf8)
                rest = rest[(end + 1)...]
            } else if rest.starts(with: "..".utf8) {
                output += Array("::".utf8)
                rest = rest.dropFirst(2)
            } else {
                output.append(byte)
                rest = rest.dropFirst()
            }
        }
        return String(decoding: output, as: UTF8.self)
    }

    private static func escape(_ name: ArraySlice<UInt8>) -> String? {
        if let known = escapes[String(decoding: name, as: UTF8.self)] { return known }
        guard name.first == UInt8(ascii: "u"), (2...7).contains(name.count) else { return nil }
        var value: UInt32 = 0
        for byte in name.dropFirst() {
            guard let digit = digit(byte) else { return nil }
            value = value << 4 | UInt32(digit)
        }
        // What steers a terminal stays an escape.
        return value < 0x20 || (0x7F...0x9F).contains(value) ? nil : Unicode.Scalar(value).map { String(Character($0)) }
    }
}
