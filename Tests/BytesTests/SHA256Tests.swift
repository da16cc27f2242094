// SPDX-License-Identifier: Apache-2.0

import Bytes
import Testing

/// The examples of FIPS 180-4's own page (NIST, "SHA-256 example computations"), and the lengths around the end of a block.
@Suite struct SHA256Tests {
    private func hexadecimal(_ text: String) -> String {
        SHA256.hash(Array(text.utf8)).map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
    }

    @Test func theExamplesOfTheStandardComeOut() {
        #expect(hexadecimal("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
        #expect(
            hexadecimal("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq")
                == "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1")
        #expect(hexadecimal("") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
    }

    @Test func aMillionLettersComeOut() {
        #expect(hexadecimal(String(repeating: "a", count: 1_000_000)) == "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0")
    }
}
