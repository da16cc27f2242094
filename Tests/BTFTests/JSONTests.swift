// SPDX-License-Identifier: Apache-2.0

import BTF
import Bytes
import Foundation
import TestImages
import Testing

/// Types printed as JSON.
@Suite struct JSONTests {
    private func print(_ btf: BTF) throws -> [UInt8] {
        var printer = JSONPrinter(btf)
        var text: [UInt8] = []
        while try printer.append(to: &text) {}
        return text
    }

    private func lines(_ btf: BTF) throws -> [String] {
        String(decoding: try print(btf), as: UTF8.self).split(separator: "\n").map(String.init)
    }

    @Test(arguments: [ByteOrder.littleEndian, .bigEndian])
    func everyKindIsOneObjectOnOneLine(_ order: ByteOrder) throws {
        let btf = try BTF(ByteView(imageOfEveryKind(order).bytes()))
        let lines = try lines(btf)
        #expect(lines.count == btf.count - 1)
        #expect(lines[0] == #"{"id":1,"kind":"INT","name":"int","size":4,"bits_offset":0,"nr_bits":32,"encoding":"SIGNED"}"#)
        #expect(lines[1] == #"{"id":2,"kind":"PTR","name":"(anon)","type_id":4}"#)
        #expect(
            lines[3]
                == #"{"id":4,"kind":"STRUCT","name":"task","size":80,"vlen":3,"members":[{"name":"a","type_id":1,"bits_offset":0,"#
                + #""bitfield_size":3},{"name":"next","type_id":2,"bits_offset":64},{"name":"names","type_id":3,"bits_offset":128}]}"#)
        #expect(lines[5].hasSuffix(#""encoding":"SIGNED","size":4,"vlen":2,"values":[{"name":"A","val":1},{"name":"B","val":-1}]}"#))
        #expect(lines[6].hasSuffix(#""values":[{"name":"C","val":4294967295}]}"#))
        #expect(lines[8] == #"{"id":9,"kind":"FWD","name":"opaque_union","fwd_kind":"union"}"#)
        #expect(lines[16].hasSuffix(#""vars":[{"type_id":16,"offset":0,"size":80}]}"#))
        #expect(lines[19].hasSuffix(#""component_idx":-1,"attribute":1}"#))
        #expect(lines[22].hasSuffix(#""values":[{"name":"LARGE","val":18446744073709551615}]}"#))
        #expect(lines[23].hasSuffix(#""values":[{"name":"SMALL","val":-9223372036854775808}]}"#))
        for line in lines { #expect(try JSONSerialization.jsonObject(with: Data(line.utf8)) is [String: Any], "\(line)") }
    }

    @Test func `types of a name come with all that they refer to, under their numbers`() throws {
        let btf = try BTF(ByteView(imageOfEveryKind(.native).bytes()))
        func ids(_ names: [String]) throws -> [Int] {
            var printer = try JSONPrinter(btf, only: names)
            var text: [UInt8] = []
            while try printer.append(to: &text) {}
            return try text.split(separator: UInt8(ascii: "\n")).map { line in
                try #require((JSONSerialization.jsonObject(with: Data(line)) as? [String: Any])?["id"] as? Int)
            }
        }
        // An integer, a pointer to the struct, an array, the struct itself.
        #expect(try ids(["task"]) == [1, 2, 3, 4])
        #expect(try ids(["e"]) == [6])
        #expect(try ids(["e", "either"]) == [1, 2, 3, 4, 5, 6])
        #expect(try ids([".data.x"]).last == 17)
        let error = try #require(throws: BTFError.self) { try ids(["nobody"]) }
        #expect(error.code == .noSuchType)
    }

    @Test func namesAreEscapedAndRepaired() throws {
        var image = BTFImage()
        image.alias("quote\" back\\slash \n \t \r \u{1} \u{7F} é", 0)
        image.alias("aZ", 0)
        var bytes = image.bytes()
        // Ill-formed UTF-8 in the second name: a lone continuation byte.
        bytes[bytes.count - 3] = 0x80
        let text = try lines(BTF(ByteView(bytes)))
        #expect(text[0].contains(#""name":"quote\" back\\slash \n \t \r \u0001 \u007f é""#))
        #expect(text[1].contains("\"name\":\"\u{FFFD}Z\""))
    }

    @Test(
        .enabled(if: RunningKernel.isThere, RunningKernel.missing),
        .enabled(if: Program.named("bpftool") != nil, "not run, because there is no bpftool"))
    func theTypesOfTheKernelArePrintedAsBpftoolPrintsThem() throws {
        let kernel = try RunningKernel.types()
        let mine = try lines(kernel)
        let theirs = try Program.withDirectory { directory in
            try Program.run("bpftool", ["-j", "btf", "dump", "file", RunningKernel.path], in: directory)
        }
        // One array; enumerations of bpftool 7.1 have unsigned values extended as signed ones, and it does not know other attributes.
        let all = String(decoding: theirs, as: UTF8.self).components(separatedBy: "{\"id\":").dropFirst()
        #expect(all.count == mine.count)
        let differing = zip(mine, all).filter { line, other in
            !line.contains("\"kind\":\"ENUM\"") && !line.contains("\"attribute\":")
                && !other.hasPrefix(line.dropFirst("{\"id\":".count))
        }
        #expect(differing.map(\.0) == [])
    }

    @Test func piecesAreBoundedAndWholeLines() throws {
        var image = BTFImage()
        for number in 0..<20_000 { image.integer("integer_\(number)", size: 4) }
        let btf = try BTF(ByteView(image.bytes()))
        var printer = JSONPrinter(btf)
        var piece: [UInt8] = []
        var pieces = 0
        while try printer.append(to: &piece) {
            #expect(piece.count < 66 * 1024)
            #expect(piece.last == UInt8(ascii: "\n"))
            piece.removeAll(keepingCapacity: true)
            pieces += 1
        }
        #expect(pieces > 20)
        #expect(try printer.append(to: &piece) == false)
        #expect(piece.isEmpty)
    }
}
