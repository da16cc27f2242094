// SPDX-License-Identifier: Apache-2.0

import BTF
import Bytes
import TestImages
import Testing

/// Whatever the bytes are, printing them ends with text or an error; a trap would end the whole run.
@Suite struct DamagedPrintingTests {
    @Test(arguments: [ByteOrder.littleEndian, .bigEndian])
    func `damaged types are printed or refused in every form`(_ order: ByteOrder) throws {
        var image = imageOfEveryKind(order)
        image.add(kind: 36, name: "new", count: 1, [1, 2, 3])
        // The sizes of kinds as libbpf has them; of kind 36, a word and two for each entry.
        let sizes = (0...36).map { kind in (once: UInt8(kind == 36 ? 4 : 0), each: UInt8(kind == 36 ? 8 : 0)) }
        let whole = image.bytes(sizes: sizes)
        var generator = SeededGenerator(seed: order == .littleEndian ? 36 : 37)
        var (read, printed) = (0, 0)
        for _ in 0..<1_000 {
            guard let btf = try? BTF(ByteView(Damage.copy(of: whole, using: &generator))) else { continue }
            read += 1
            func all(_ append: (inout [UInt8]) throws(BTFError) -> Bool) {
                do throws(BTFError) {
                    var text: [UInt8] = []
                    while try append(&text) { text.removeAll(keepingCapacity: true) }
                    printed += 1
                } catch { #expect(!error.description.isEmpty) }
            }
            var c = CPrinter(btf)
            all { text throws(BTFError) in try c.append(to: &text) }
            var json = JSONPrinter(btf)
            all { text throws(BTFError) in try json.append(to: &text) }
            if var named = try? JSONPrinter(btf, only: ["either"]) { all { text throws(BTFError) in try named.append(to: &text) } }
            if var swift = try? SwiftPrinter(btf) { all { text throws(BTFError) in try swift.append(to: &text) } }
            _ = try? BTFBuilder(copying: btf).btf()
        }
        #expect(read > 100 && printed > read)
    }
}
