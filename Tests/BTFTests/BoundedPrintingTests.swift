// SPDX-License-Identifier: Apache-2.0

import BTF
import Bytes
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
}

/// Prints all, in the way that one of the printers does.
private func printAll(_ append: (inout [UInt8]) throws(BTFError) -> Bool) throws(BTFError) {
    var text: [UInt8] = []
    while try append(&text) { text.removeAll(keepingCapacity: true) }
}
