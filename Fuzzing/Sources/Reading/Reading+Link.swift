// SPDX-License-Identifier: Apache-2.0

public import BPFObject
public import Bytes
import ELF

extension Reading {
    /// Links a file alone, what comes out of that again, and the file with itself, whose sections then follow each other.
    ///
    /// - Throws: `LinkError` where the file alone is refused.
    public static func link(_ bytes: ByteView) throws(LinkError) {
        let linked = try linked([bytes])
        check(ask { () throws(ELFError) in try ELFFile(ByteView(linked)).symbols() } != nil, "what is linked is no ELF file")
        ask { () throws(LinkError) in try Self.linked([ByteView(linked)]) }
        ask { () throws(LinkError) in try Self.linked([bytes, bytes]) }
    }

    private static func linked(_ files: [ByteView]) throws(LinkError) -> [UInt8] {
        var linker = ObjectLinker()
        for file in files { try linker.add(file, named: "file") }
        return try linker.bytes()
    }
}
