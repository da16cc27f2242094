// SPDX-License-Identifier: Apache-2.0

import BTF
import Bytes
import ELF
import Foundation
import TestImages
import Testing

/// Types printed as C, and what clang makes of them.
struct CPrinterTests {
    /// Where the types of kernels are: the running one's, and every `*.btf` below a directory that the environment names.
    static let kernels: [String] = {
        let files = FileManager.default
        let running = "/sys/kernel/btf/vmlinux"
        let directory = ProcessInfo.processInfo.environment["EBPF_KERNEL_TYPES"]
        let others = directory.flatMap { files.enumerator(atPath: $0) }?.compactMap { $0 as? String } ?? []
        return (files.isReadableFile(atPath: running) ? [running] : [])
            + others.filter { $0.hasSuffix(".btf") }.sorted().map { "\(directory ?? "")/\($0)" }
    }()

    static let clang: String? = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":").map { "\($0)/clang" }
        .first { FileManager.default.isExecutableFile(atPath: $0) }

    static func types(of path: String) throws -> BTF {
        let bytes = ByteView([UInt8](try Data(contentsOf: URL(fileURLWithPath: path))))
        return bytes[0] == 0x7F ? try BTF(#require(ELFFile(bytes).section(named: ".BTF")).bytes) : try BTF(bytes)
    }

    /// Compiles C for eBPF with types; answers them.
    static func compile(_ source: String, header: [UInt8] = []) throws -> BTF {
        let directory = FileManager.default.temporaryDirectory.appendingPathComponent("c-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: directory) }
        try Data(header).write(to: directory.appendingPathComponent("vmlinux.h"))
        try Data(source.utf8).write(to: directory.appendingPathComponent("all.c"))
        let process = Process()
        process.executableURL = URL(fileURLWithPath: try #require(clang))
        process.currentDirectoryURL = directory
        process.arguments = ["-target", "bpf", "-g", "-O0", "-Wall", "-Werror", "-Wno-unused", "-c", "all.c", "-o", "all.o"]
        let errors = Pipe()
        process.standardError = errors
        try process.run()
        let said = String(decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        try #require(process.terminationStatus == 0, "\(said.prefix(2000))")
        return try types(of: directory.appendingPathComponent("all.o").path)
    }

    static func print(_ printer: inout CPrinter) throws -> [UInt8] {
        var text: [UInt8] = []
        while try printer.append(to: &text) {}
        return text
    }

    @Test(
        .enabled(if: clang != nil && !kernels.isEmpty, "not run, because there is no kernel's BTF, or no clang on the PATH"),
        arguments: kernels)
    func everyStructAndUnionOfAKernelComesBackFromClangAsItWas(kernel: String) throws {
        let btf = try Self.types(of: kernel)
        var printer = CPrinter(btf)
        let header = try Self.print(&printer)
        var wanted: [(id: TypeID, name: String, kind: BTFKind)] = []
        // One variable that holds them all: clang describes what variables are made of.
        var source = "#include \"vmlinux.h\"\nunion all_of_them {\n"
        for id in btf.types(ofKinds: [.structure, .union]) where try !btf.name(of: id).isEmpty {
            let (name, kind) = (try printer.printedName(of: id), try btf.kind(of: id))
            wanted.append((id, name, kind))
            source += "\(kind.word) \(name) m\(id.rawValue);\n"
        }
        #expect(wanted.count > 5000)
        // Those without a name stand behind typedefs, or within others, where they are compared with them.
        for id in btf.types(ofKinds: [.alias]) {
            guard case .alias(_, let target) = try btf.type(id), case .composite(let type) = try btf.resolve(target).type, type.name.isEmpty else {
                continue
            }
            let name = try printer.printedName(of: id)
            wanted.append((id, name, .alias))
            source += "\(name) m\(id.rawValue);\n"
        }
        #expect(wanted.contains { $0.kind == .alias })
        let made = try Self.compile(source + "} every_one_of_them;\n", header: header)
        var differences: [String] = []
        for type in wanted {
            let found = made.types(named: type.name, kinds: [type.kind])
            guard found.count == 1 else {
                differences.append("\(type.name): found \(found.count) times")
                continue
            }
            if let difference = try difference(btf, type.id, made, found[0]) { differences.append("\(type.name)\(difference)") }
        }
        #expect(differences == [])
    }

    /// In what two structs or unions differ: their sizes, or a member's name, place, width or size.
    func difference(_ left: BTF, _ leftID: TypeID, _ right: BTF, _ rightID: TypeID) throws -> String? {
        guard case .composite(let one) = try left.resolve(leftID).type, case .composite(let other) = try right.resolve(rightID).type else {
            return " is no struct or union"
        }
        guard one.byteCount == other.byteCount, one.members.count == other.members.count, one.isUnion == other.isUnion else {
            return " has \(other.byteCount) bytes and \(other.members.count) members, not \(one.byteCount) and \(one.members.count)"
        }
        for (member, made) in zip(one.members, other.members) {
            guard member.name == made.name, member.bitOffset == made.bitOffset, member.bitCount == made.bitCount,
                try left.byteCount(of: member.type) == right.byteCount(of: made.type)
            else { return ".\(member.name) is at \(made.bitOffset), not \(member.bitOffset)" }
            if case .composite(let inner) = try left.resolve(member.type).type, inner.name.isEmpty,
                let difference = try difference(left, member.type, right, made.type)
            {
                return ".\(member.name)\(difference)"
            }
        }
        return nil
    }

    @Test(
        .enabled(if: clang != nil && !kernels.isEmpty, "not run, because there is no kernel's BTF, or no clang on the PATH"),
        arguments: kernels)
    func `what a kernel declares of arenas agrees with what programs declare`(kernel: String) throws {
        let btf = try Self.types(of: kernel)
        let functions = btf.types(named: "bpf_arena_alloc_pages", kinds: [.function])
        // Before Linux 6.9 there are no arenas, before 6.15 no attributes; what is declared twice must agree anyway, where it is printed.
        guard !functions.isEmpty else { return }
        var printer = CPrinter(btf)
        let header = try Self.print(&printer)
        let hasAttributes = try btf.types(ofKinds: [.typeTag]).contains { id in
            guard case .typeAttribute("address_space(1)", _) = try btf.type(id) else { return false }
            return true
        }
        let attribute = hasAttributes ? "__attribute__((address_space(1)))" : ""
        #expect(String(decoding: header, as: UTF8.self).contains("void \(attribute)\(hasAttributes ? " " : "")*bpf_arena_alloc_pages(void *"))
        let source = """
            #include "vmlinux.h"
            #define __arena \(attribute)
            void __arena *bpf_arena_alloc_pages(void *map, void __arena *addr, __u32 page_cnt, int node_id, __u64 flags) __ksym __weak;
            void bpf_arena_free_pages(void *map, void __arena *ptr, __u32 page_cnt) __ksym __weak;
            void *use = bpf_arena_alloc_pages;

            """
        _ = try Self.compile(source, header: header)
    }

    @Test func `attributes of types are printed where C has them, and tags are not`() throws {
        var image = BTFImage()
        let int = image.integer("int", size: 4, encoding: 1)
        let elsewhere = image.add(kind: 18, name: "address_space(1)", flag: true, sizeOrType: int)
        let pointer = image.pointer(to: elsewhere)
        let constant = image.pointer(to: image.add(kind: 10, sizeOrType: elsewhere))
        let itself = image.add(kind: 18, name: "noderef", flag: true, sizeOrType: pointer)
        let array = image.array(of: itself, count: 3)
        let tagged = image.pointer(to: image.add(kind: 18, name: "user", sizeOrType: int))
        let prototype = image.prototype(result: pointer, [("x", constant)])
        image.structure(
            "s", size: 64,
            [
                .init("a", pointer, at: 0), .init("b", constant, at: 64), .init("c", array, at: 128), .init("d", tagged, at: 320),
                .init("e", image.pointer(to: prototype), at: 384), .init("f", image.array(of: elsewhere, count: 2), at: 448),
            ])
        var printer = CPrinter(try BTF(ByteView(image.bytes())))
        let text = String(decoding: try Self.print(&printer), as: UTF8.self)
        for member in [
            "int __attribute__((address_space(1))) *a;", "const int __attribute__((address_space(1))) *b;",
            "int __attribute__((address_space(1))) * __attribute__((noderef)) c[3];", "int *d;",
            "int __attribute__((address_space(1))) *(*e)(const int __attribute__((address_space(1))) *x);",
            "int __attribute__((address_space(1))) f[2];",
        ] {
            #expect(text.contains("\t\(member)\n"), "\(text)")
        }
    }

    @Test(.enabled(if: clang != nil, "not run, because there is no clang on the PATH"), arguments: [1, 4, 8, 12, 24, 40] as [UInt32])
    func `a union that is larger than C makes it is padded`(byteCount: UInt32) throws {
        var image = BTFImage()
        let char = image.integer("char", size: 1, encoding: 1)
        let empty = image.structure("empty", size: byteCount, isUnion: true, [])
        let one = image.structure("one", size: byteCount, isUnion: true, [.init("a", char, at: 0)])
        image.alias("unnamed", image.structure("", size: byteCount, isUnion: true, []))
        let btf = try BTF(ByteView(image.bytes()))
        var printer = CPrinter(btf)
        let header = try Self.print(&printer)
        let made = try Self.compile("#include \"vmlinux.h\"\nunion empty e; union one o; unnamed u;\n", header: header)
        for (name, id) in [("empty", empty), ("one", one)] {
            let found = try #require(made.types(named: name, kinds: [.union]).first)
            #expect(try made.byteCount(of: found) == byteCount)
            // What is longer than a bitfield is padded by a member without a name.
            if byteCount <= 8 { #expect(try difference(btf, TypeID(id), made, found) == nil) }
        }
        #expect(try made.byteCount(of: try #require(made.types(named: "unnamed", kinds: [.alias]).first)) == byteCount)
    }

    /// Layouts that C does not give by itself.
    static let awkward = """
        enum tiny { TINY = -1 } __attribute__((mode(byte)));
        enum huge { HUGE_ONE = 0x123456789abcdefULL };
        struct packed { char a; int b; } __attribute__((packed));
        struct inner { long a; } __attribute__((aligned(64)));
        struct holes { char a; struct inner b; int c; } __attribute__((aligned(128)));
        struct bits { int a: 3; unsigned b: 7; char c; long d: 33; _Bool e: 1; long long f: 40; };
        struct packed_bits { char a; long b: 60; int c: 20; } __attribute__((packed));
        struct anonymous { int a; union { int b; struct { short c, d; }; }; struct { int e; } named[2]; };
        struct pointers { int (*function)(const char *, struct bits *); int (*array)[3]; const char *const *names; void *volatile v; };
        struct list { struct list *next; struct tree *tree; };
        union large { char a; } __attribute__((aligned(32)));
        struct around { char a; union large b; enum tiny c; enum huge d; __int128 e; };
        struct empty {};
        struct flexible { int count; struct empty nothing; int items[]; };
        typedef struct { int x; } unnamed_t;
        typedef int (*callback_t)(unnamed_t *, void *, ...);

        """

    @Test(.enabled(if: clang != nil, "not run, because there is no clang on the PATH"))
    func layoutsThatCDoesNotGiveByItselfArePrintedSoThatItDoes() throws {
        let names = ["packed", "holes", "bits", "packed_bits", "anonymous", "pointers", "list", "around", "flexible"]
        let variables = names.map { "struct \($0) v_\($0);\n" }.joined() + "callback_t v_callback;\n"
        let first = try Self.compile(Self.awkward + variables)
        var printer = CPrinter(first)
        let header = try Self.print(&printer)
        let second = try Self.compile("#include \"vmlinux.h\"\n" + variables, header: header)
        for name in names + ["inner"] {
            let one = try #require(first.types(named: name, kinds: [.structure]).first)
            let other = try #require(second.types(named: name, kinds: [.structure]).first)
            #expect(try difference(first, one, second, other) == nil, "\(name)\n\(String(decoding: header, as: UTF8.self))")
        }
    }

    @Test(.enabled(if: clang != nil, "not run, because there is no clang on the PATH"))
    func onlyWhatIsAskedForAndWhatItNeedsIsPrinted() throws {
        let btf = try Self.compile(Self.awkward + "struct holes a; struct list b; struct bits c;\n")
        var printer = try CPrinter(btf, only: ["list", "holes"])
        let text = String(decoding: try Self.print(&printer), as: UTF8.self)
        #expect(text.contains("struct list {\n\tstruct list *next;\n\tstruct tree *tree;\n};"))
        #expect(text.contains("struct tree;\n"))
        #expect(text.contains("struct inner {"))
        #expect(!text.contains("bits"))
        #expect(text.contains("preserve_access_index"))
    }

    @Test(.enabled(if: clang != nil, "not run, because there is no clang on the PATH"))
    func aNameThatNoTypeHasIsAnErrorWithThoseThatAreLikeIt() throws {
        let btf = try Self.compile(Self.awkward + "struct holes a; struct list b; struct bits c; struct packed_bits d;\n")
        let kinds: Set<BTFKind> = [.structure]
        #expect(btf.names(like: "BITS", kinds: kinds) == ["bits"])
        #expect(btf.names(like: "packedbits", kinds: kinds) == ["packed_bits"])
        #expect(btf.names(like: "nobody", kinds: kinds) == [])
        #expect(btf.names(like: String(repeating: "x", count: 1 << 20), kinds: kinds) == [])
        let mistyped = try #require(throws: BTFError.self) { try CPrinter(btf, only: ["list", "hole"]) }
        #expect(mistyped.code == .noSuchType)
        #expect(mistyped.description == "there is no type named 'hole'; names like it: 'holes'")
        let unlike = try #require(throws: BTFError.self) { try SwiftPrinter(btf, only: ["nobody"]) }
        #expect(unlike.description == "there is no type named 'nobody'")
    }

    @Test func namesThatAreKeywordsOfCGetAnUnderscore() throws {
        var builder = BTFBuilder()
        let int = try builder.addInteger("int", byteCount: 4, isSigned: true)
        func member(_ name: String, _ index: UInt32) -> CompositeType.Member {
            CompositeType.Member(name: name, type: int, bitOffset: index * 32)
        }
        let members = [member("int", 0), member("struct", 1), member("volatile", 2), member("inter", 3), member("volatiles", 4)]
        try builder.add(.composite(CompositeType(name: "while", byteCount: 20, members: members)))
        try builder.add(
            .enumeration(EnumerationType(name: "kind", byteCount: 4, values: [.init(name: "default", bits: 0), .init(name: "other", bits: 1)])))
        var printer = CPrinter(try builder.btf(.littleEndian))
        let text = String(decoding: try Self.print(&printer), as: UTF8.self)
        #expect(text.contains("struct while_ {\n\tint int_;\n\tint struct_;\n\tint volatile_;\n\tint inter;\n\tint volatiles;\n};"))
        #expect(text.contains("default_ = 0,\n\tother = 1,"))
    }
}
