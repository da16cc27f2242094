// SPDX-License-Identifier: Apache-2.0

import Bytes
import Testing

@Suite struct Base64Tests {
    /// RFC 4648, section 10.
    @Test(arguments: [
        ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="), ("fooba", "Zm9vYmE="), ("foobar", "Zm9vYmFy"),
    ])
    func theVectorsOfTheRFCHold(_ plain: String, _ text: String) {
        #expect(Base64.encode(Array(plain.utf8)) == text)
        #expect(Base64.decode(text.utf8) == Array(plain.utf8))
    }

    @Test func everyCharacterOfTheAlphabetHasItsValue() throws {
        let alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
        let bytes = try #require(Base64.decode(alphabet.utf8))
        var bits: [UInt8] = []
        for byte in bytes { bits += (0..<8).map { byte >> (7 - $0) & 1 } }
        let values = stride(from: 0, to: bits.count, by: 6).map { bits[$0..<$0 + 6].reduce(0) { $0 << 1 | $1 } }
        #expect(values == Array(0..<64))
        #expect(Base64.encode(bytes) == alphabet)
    }

    @Test func whatIsEncodedDecodesToItselfAtEveryLength() {
        for length in 0...64 {
            for pattern in [UInt8(0), 0xFF, 0xA5] {
                let bytes = (0..<length).map { UInt8(truncatingIfNeeded: $0 &* 37) ^ pattern }
                let text = Base64.encode(bytes)
                #expect(text.utf8.count == (length + 2) / 3 * 4)
                #expect(Base64.decode(text.utf8) == bytes, "length \(length)")
            }
        }
    }

    @Test(arguments: [
        "A", "AA", "AAA", "AAAAA",  // no whole group
        "====", "A===", "=AAA", "A=AA", "AA=A",  // padding where a character must stand
        "AA==AAAA", "AAA=AAAA", "AA==AA==",  // padding before the end
        "AAA\n", "AA A", " AAA", "AA-_", "AA,A", "AAA\0", "AAAé",  // characters that are none
    ])
    func whatIsNotBase64IsRefused(_ text: String) {
        #expect(Base64.decode(text.utf8) == nil)
    }

    @Test func everyByteOutsideOfTheAlphabetIsRefused() {
        let alphabet = Set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
        for byte in UInt8.min...UInt8.max where !alphabet.contains(byte) {
            #expect(Base64.decode([0x41, byte, 0x41, 0x41]) == nil, "byte \(byte)")
        }
    }
}
