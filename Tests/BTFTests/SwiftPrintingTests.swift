// SPDX-License-Identifier: Apache-2.0

import BTF
import Bytes
import Foundation
import TestImages
import Testing

/// Types printed as Swift, and where swiftc puts their members.
@Suite struct SwiftPrintingTests {
    private func print(_ btf: BTF, _ names: [String]) throws -> String {
        var printer = try SwiftPrinter(btf, only: names)
        var text: [UInt8] = []
        while try printer.append(to: &text) {}
        return String(decoding: text, as: UTF8.self)
    }

    /// Compiles declarations with a main program and answers the lines that it prints.
    private func run(_ declarations: String, _ main: [String]) throws -> [String] {
        try Program.withDirectory { directory in
            try Data(declarations.utf8).write(to: directory.appendingPathComponent("types.swift"))
            try Data(main.joined(separator: "\n").utf8).write(to: directory.appendingPathComponent("main.swift"))
            try Program.run("swiftc", ["-swift-version", "6", "types.swift", "main.swift", "-o", "main"], in: directory)
            let output = try Program.run(directory.appendingPathComponent("main").path, [], in: directory)
            return String(decoding: output, as: UTF8.self).split(separator: "\n").map(String.init)
        }
    }

    /// Layouts that Swift would not give by itself.
    private func awkward() -> BTFImage {
        var image = BTFImage(order: .littleEndian)
        let int = image.integer("int", size: 4, encoding: 1)
        let char = image.integer("char", size: 1, encoding: 1)
        let bool = image.integer("_Bool", size: 1, encoding: 4)
        let long = image.integer("long", size: 8, encoding: 1)
        let color = image.enumeration("color", [("RED", 0), ("init", 7)])
        let inner = image.structure("inner", size: 16, [.init("l", long, at: 0), .init("c", char, at: 64)])
        let pair = image.array(of: inner, count: 2, index: int)
        let either = image.structure("", size: 8, isUnion: true, [.init("i", int, at: 0), .init("l", long, at: 0)])
        let pointer = image.pointer(to: inner)
        image.structure(
            "outer", size: 96,
            [
                .init("first", char, at: 0), .init("inner", inner, at: 64), .init("after", char, at: 192), .init("in", color, at: 224),
                .init("pairs", pair, at: 256), .init("", either, at: 512), .init("pointer", pointer, at: 576), .init("flag", bool, at: 640),
            ])
        image.structure("packed", size: 5, [.init("c", char, at: 0), .init("i", int, at: 8)])
        image.structure(
            "bits", size: 8,
            [
                .init("low", int, at: 0, bits: 3), .init("across", int, at: 3, bits: 7), .init("color", color, at: 20, bits: 4),
                .init("c", char, at: 40),
            ])
        image.alias("outer_t", 10)
        return image
    }

    @Test(.enabled(if: Program.named("swiftc") != nil, "not run, because there is no swiftc on the PATH"))
    func `without a name all types are printed, under names of their own`() throws {
        var image = awkward()
        let unnamed = image.structure("", size: 4, [.init("x", 1, at: 0)])
        for name in ["unnamed_t", "other_t"] { image.alias(name, unnamed) }
        // What is no value in Swift, what has the name of its own target, and a name that two have.
        image.alias("nothing", 0)
        image.alias("function_t", image.prototype(result: 0, []))
        image.alias("inner", 6)
        image.alias("color", 1)
        var printer = try SwiftPrinter(try BTF(ByteView(image.bytes())))
        var text: [UInt8] = []
        while try printer.append(to: &text) {}
        #expect(try printer.append(to: &text) == false)
        let declarations = String(decoding: text, as: UTF8.self)
        #expect(!declarations.contains("nothing") && !declarations.contains("function_t") && !declarations.contains("inner_1"))
        let lines = try run(
            declarations,
            [
                "print(MemoryLayout<outer>.size, MemoryLayout<outer_t>.size, MemoryLayout<packed>.size, MemoryLayout<bits>.size)",
                "let value: other_t = unnamed_t(); print(value.x, MemoryLayout<color>.size, color_1.max)",
            ])
        #expect(lines == ["96 96 5 8", "0 4 2147483647"])
    }

    @Test(.enabled(if: Program.named("swiftc") != nil, "not run, because there is no swiftc on the PATH"))
    func awkwardLayoutsAreWhatTheTypesSay() throws {
        let text = try print(BTF(ByteView(awkward().bytes())), ["outer", "packed", "bits"])
        let lines = try run(
            text,
            [
                "print(MemoryLayout<outer>.size, MemoryLayout<packed>.size, MemoryLayout<bits>.size, MemoryLayout<inner>.size)",
                "print(MemoryLayout<outer>.offset(of: \\.inner)!, MemoryLayout<outer>.offset(of: \\.after)!)",
                "print(MemoryLayout<outer>.offset(of: \\.`in`)!, MemoryLayout<outer>.offset(of: \\.pairs)!)",
                "print(MemoryLayout<outer>.offset(of: \\.pointer)!, MemoryLayout<outer>.offset(of: \\.flag)!)",
                "print(MemoryLayout<InlineArray<3, packed>>.size, MemoryLayout<bits>.offset(of: \\.c)!)",
                "var o = outer(); o.l = 0x1_0000_0002; print(o.i, o.anonymous0.i, o.l)",
                "o.`in` = .init_; print(o.`in`.rawValue, color.RED.rawValue)",
                "var p = packed(); p.i = -5; p.c = 1; print(p.i, p.c, withUnsafeBytes(of: p) { Array($0) })",
                "var b = bits(); b.low = -1; b.across = 33; b.color = .init_; b.c = 9",
                "print(b.low, b.across, b.color.rawValue, b.c, withUnsafeBytes(of: b) { Array($0) })",
            ])
        #expect(
            lines == [
                "96 5 8 16", "8 24", "28 32", "72 80", "15 5", "2 2 4294967298", "7 0", "-5 1 [1, 251, 255, 255, 255]",
                "-1 33 7 9 [15, 1, 112, 0, 0, 9, 0, 0]",
            ])
    }

    @Test(
        .enabled(if: RunningKernel.isThere, RunningKernel.missing),
        .enabled(if: Program.named("swiftc") != nil, "not run, because there is no swiftc on the PATH"))
    func structsOfTheKernelHaveTheirMembersWhereTheKernelHasThem() throws {
        let kernel = try RunningKernel.types()
        let names = [
            "task_struct", "sk_buff", "sock", "file", "path", "dentry", "cred", "net_device", "pt_regs", "request", "perf_event_attr",
            "page", "tcphdr", "iphdr",
        ].filter { kernel.types(named: $0, kinds: [.structure]).count == 1 }
        let text = try print(kernel, names)
        var main: [String] = []
        var wanted: [String] = []
        for name in names {
            guard case .composite(let type) = try kernel.type(kernel.types(named: name, kinds: [.structure])[0]),
                let declaration = text.components(separatedBy: "public struct \(name): ").last?.components(separatedBy: "\n}\n").first
            else { continue }
            main.append("print(\"\(name)\", MemoryLayout<\(name)>.size)")
            wanted.append("\(name) \(type.byteCount)")
            // What is stored has a value from the beginning; what is computed has no offset.
            for member in type.members where declaration.contains("public var \(member.name): ") && !member.name.isEmpty {
                let rest = declaration.components(separatedBy: "public var \(member.name): ")[1]
                guard rest.prefix(while: { $0 != "\n" }).contains(" = ") else { continue }
                main.append("print(\"\(name).\(member.name)\", MemoryLayout<\(name)>.offset(of: \\.\(member.name))!)")
                wanted.append("\(name).\(member.name) \(member.bitOffset / 8)")
            }
        }
        let lines = try run(text, main)
        #expect(lines == wanted)
        #expect(names.count >= 12)
        #expect(lines.count > 400)
        #expect(Set(lines).subtracting(wanted) == [])
    }

    @Test func onlyWhatIsAskedForAndWhatItContainsIsPrinted() throws {
        let btf = try BTF(ByteView(awkward().bytes()))
        let text = try print(btf, ["packed"])
        #expect(text.contains("public struct packed"))
        #expect(!text.contains("public struct outer"))
        #expect(!text.contains("public struct inner"))
        #expect(try print(btf, ["outer_t"]).contains("public typealias outer_t = outer\n"))
        #expect(throws: BTFError.self) { try SwiftPrinter(btf, only: ["packed", "nobody"]) }
    }

    @Test func aStructThatContainsItselfIsRefused() throws {
        var image = BTFImage()
        image.structure("self", size: 8, [.init("s", 1, at: 0)])
        image.structure("a", size: 8, [.init("b", 3, at: 0)])
        image.array(of: 2, count: 1)
        let btf = try BTF(ByteView(image.bytes()))
        for name in ["self", "a"] {
            #expect(throws: BTFError.self) { try print(btf, [name]) }
        }
    }

    @Test func structsThatAreNestedCleverlyEndInAnError() throws {
        var image = BTFImage()
        let int = image.integer("int", size: 4)
        var last = int
        for depth in 0..<2000 {
            last = image.structure("s\(depth)", size: 4, (0..<50).map { .init("m\($0)", last, at: 0) })
        }
        let btf = try BTF(ByteView(image.bytes()))
        #expect(throws: BTFError.self) { try print(btf, ["s1999"]) }
    }
}
