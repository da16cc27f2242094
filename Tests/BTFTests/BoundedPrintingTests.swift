// SPDX-License-Identifier: Apache-2.0

import BTF
import Bytes
import Foundation
import TestImages
import Testing

/// Few bytes that ask for a text without end: it is refused in time and within memory.
@Suite struct BoundedPrintingTests {
    @Test func `a gap of four gigabytes is refused rather than filled`() async {
        await #expect(processExitsWith: .success) {
            limitThisProcess(seconds: 20)
            for members in [[BTFImage.Member("a", 1, at: 0)], [BTFImage.Member("a", 1, at: 0), BTFImage.Member("b", 1, at: 0xFFFF_FFE0)]] {
                var image = BTFImage()
                image.integer("int", size: 4)
                image.structure("s", size: 0xFFFF_FFFF, members)
                var printer = CPrinter(try BTF(ByteView(image.bytes())))
                let error = #expect(throws: BTFError.self) { try printAll { text throws(BTFError) in try printer.append(to: &text) } }
                #expect(error?.description.contains("would not end") == true)
            }
        }
    }

    @Test func `a long name is not printed for each of thousands of members`() async {
        await #expect(processExitsWith: .success) {
            limitThisProcess(seconds: 20)
            var image = BTFImage()
            image.integer("int", size: 4)
            let member = [image.string(String(repeating: "x", count: 100_000)), 1, 0]
            image.add(kind: 5, name: "u", count: 20_000, sizeOrType: 4, Array(repeating: member, count: 20_000).flatMap { $0 })
            let btf = try BTF(ByteView(image.bytes()))
            var c = CPrinter(btf)
            #expect(throws: BTFError.self) { try printAll { text throws(BTFError) in try c.append(to: &text) } }
            var json = JSONPrinter(btf)
            #expect(throws: BTFError.self) { try printAll { text throws(BTFError) in try json.append(to: &text) } }
            var swift = try SwiftPrinter(btf, only: ["u"])
            #expect(throws: BTFError.self) { try printAll { text throws(BTFError) in try swift.append(to: &text) } }
        }
    }

    @Test func `typedefs in a circle are refused`() throws {
        var image = BTFImage()
        image.alias("a", 2)
        image.alias("b", 1)
        let btf = try BTF(ByteView(image.bytes()))
        let error = try #require(throws: BTFError.self) { try SwiftPrinter(btf, only: ["a"]) }
        #expect(error.description.contains("goes in a circle"))
    }

    @Test func `thousands of constants with one name are each given a number in time`() async {
        await #expect(processExitsWith: .success) {
            limitThisProcess(seconds: 20)
            var image = BTFImage()
            image.enumeration("e", Array(repeating: ("A", 1), count: 40_000))
            var printer = try SwiftPrinter(try BTF(ByteView(image.bytes())), only: ["e"])
            try printAll { text throws(BTFError) in try printer.append(to: &text) }
        }
    }

    /// Prints all; answers the bytes of the longest piece, and of all.
    private func pieces(_ append: (inout [UInt8]) throws(BTFError) -> Bool) throws -> (longest: Int, all: [UInt8]) {
        var (piece, longest, all) = ([UInt8](), 0, [UInt8]())
        while try append(&piece) {
            longest = max(longest, piece.count)
            all += piece
            piece.removeAll(keepingCapacity: true)
        }
        return (longest, all)
    }

    @Test func `a type of many entries is printed in pieces`() throws {
        var image = BTFImage()
        image.integer("int", size: 4, encoding: 1)
        image.enumeration("many", (0..<20_000).map { ("CONSTANT_NUMBER_\($0)", Int32($0)) })
        image.structure("large", size: 80_000, (0..<20_000).map { BTFImage.Member("member_number_\($0)", 1, at: UInt32($0) * 32) })
        let btf = try BTF(ByteView(image.bytes()))
        var c = CPrinter(btf)
        let cText = try pieces { text throws(BTFError) in try c.append(to: &text) }
        #expect(cText.longest < 80_000 && cText.all.count > 800_000)
        let text = String(decoding: cText.all, as: UTF8.self)
        for index in [0, 1, 10_000, 19_999] {
            #expect(text.contains("\n\tCONSTANT_NUMBER_\(index) = \(index),\n") && text.contains("\n\tint member_number_\(index);\n"))
        }
        #expect(text.split(separator: "\n").count(where: { $0.hasPrefix("enum many") || $0.hasPrefix("struct large") }) == 2)
        #expect(text.split(separator: "\n").count(where: { $0.hasPrefix("\tCONSTANT") || $0.hasPrefix("\tint member") }) == 40_000)
        var json = JSONPrinter(btf)
        let jsonText = try pieces { text throws(BTFError) in try json.append(to: &text) }
        #expect(jsonText.longest < 200_000 && jsonText.all.count > 1_600_000)
        #expect(jsonText.all.split(separator: UInt8(ascii: "\n")).count == 3)
        for line in jsonText.all.split(separator: UInt8(ascii: "\n")) {
            let object = try #require(JSONSerialization.jsonObject(with: Data(line)) as? [String: Any])
            let entries = (object["values"] ?? object["members"]) as? [[String: Any]]
            #expect(entries?.count == object["vlen"] as? Int)
        }
        var swift = try SwiftPrinter(btf, only: ["many", "large"])
        let swiftText = try pieces { text throws(BTFError) in try swift.append(to: &text) }
        #expect(swiftText.longest < 80_000 && swiftText.all.count > 1_600_000)
        #expect(
            String(decoding: swiftText.all, as: UTF8.self).split(separator: "\n").count(where: { $0.hasPrefix("    public var member_") }) == 20_000)
    }

    @Test func `enumerations that share one long name are refused within little memory`() async {
        await #expect(processExitsWith: .success) {
            limitThisProcess(seconds: 60, gigabytes: 1)
            var image = BTFImage()
            let value = [image.string(String(repeating: "x", count: 4_000)), 1]
            let values = Array(repeating: value, count: 65_535).flatMap { $0 }
            for name in ["a", "b"] { image.add(kind: 6, name: name, count: 65_535, sizeOrType: 4, values) }
            // A file of such a size may be printed long, but not without end.
            for _ in 0..<400_000 { image.alias("", 0) }
            let btf = try BTF(ByteView(image.bytes()))
            var c = CPrinter(btf)
            #expect(throws: BTFError.self) { try printAll { text throws(BTFError) in try c.append(to: &text) } }
            var json = JSONPrinter(btf)
            #expect(throws: BTFError.self) { try printAll { text throws(BTFError) in try json.append(to: &text) } }
            for name in ["a", "b"] {
                var swift = try SwiftPrinter(btf, only: [name])
                #expect(throws: BTFError.self) { try printAll { text throws(BTFError) in try swift.append(to: &text) } }
            }
        }
    }

    @Test func `a struct whose members share one long name is refused within little memory, whatever the size of the file`() async {
        await #expect(processExitsWith: .success) {
            limitThisProcess(seconds: 60, gigabytes: 1)
            var image = BTFImage()
            image.integer("int", size: 4, encoding: 1)
            let member = [image.string(String(repeating: "x", count: 4_000)), 1, 0]
            // One type without a name, which C prints where it is used: nothing of it can be taken away before its end.
            image.add(kind: 5, name: "", count: 65_535, sizeOrType: 4, Array(repeating: member, count: 65_535).flatMap { $0 })
            image.alias("t", 2)
            // A file of such a size may be printed long.
            for _ in 0..<400_000 { image.alias("", 0) }
            let btf = try BTF(ByteView(image.bytes()))
            var c = CPrinter(btf)
            #expect(throws: BTFError.self) { try printAll { text throws(BTFError) in try c.append(to: &text) } }
            var swift = try SwiftPrinter(btf, only: ["t"])
            #expect(throws: BTFError.self) { try printAll { text throws(BTFError) in try swift.append(to: &text) } }
        }
    }

    @Test func `tens of thousands of types with one name are each given a number in time`() async {
        await #expect(processExitsWith: .success) {
            limitThisProcess(seconds: 30)
            var image = BTFImage()
            for _ in 0..<80_000 { image.structure("big", size: 0, []) }
            var printer = try SwiftPrinter(try BTF(ByteView(image.bytes())), only: ["big"])
            try printAll { text throws(BTFError) in try printer.append(to: &text) }
        }
    }

    @Test func `arrays of arrays of arrays are measured once`() async {
        await #expect(processExitsWith: .success) {
            limitThisProcess(seconds: 60)
            var image = BTFImage()
            image.integer("int", size: 4, encoding: 1)
            var array: UInt32 = 1
            for _ in 0..<100 { array = image.array(of: array, count: 1) }
            let name = image.string("a")
            for number in 0..<4 {
                let members = (0..<20_000).flatMap { [name, array, 32 * UInt32($0)] }
                image.add(kind: 4, name: "s\(number)", count: 20_000, sizeOrType: 80_000, members)
            }
            var printer = CPrinter(try BTF(ByteView(image.bytes())))
            // An error would do as well.
            try? printAll { text throws(BTFError) in try printer.append(to: &text) }
        }
    }
}

/// Prints all, in the way that one of the printers does.
private func printAll(_ append: (inout [UInt8]) throws(BTFError) -> Bool) throws(BTFError) {
    var text: [UInt8] = []
    while try append(&text) { text.removeAll(keepingCapacity: true) }
}
