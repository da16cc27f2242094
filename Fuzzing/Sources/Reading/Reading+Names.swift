// SPDX-License-Identifier: Apache-2.0

public import Bytes
import ELF

extension Reading {
    /// Writes a mangled name as people do. Names in the fuzzer's inputs need not begin as all do.
    public static func name(_ bytes: ByteView) {
        let text = String(decoding: bytes.array(), as: UTF8.self)
        for name in [text, "_Z" + text, "_ZN" + text] {
            guard let written = CPlusPlusName.demangled(name) else { continue }
            check(name.utf8.count <= CPlusPlusName.limit, "a name that is too long is read")
            check(written.utf8.count <= 128 * 1024, "a name is written as more bytes than there is room for")
            check(CPlusPlusName.demangled(name) == written, "a name is written in two ways")
        }
    }
}
