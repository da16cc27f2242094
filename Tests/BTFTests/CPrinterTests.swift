// SPDX-License-Identifier: Apache-2.0

import BTF
import Bytes
import ELF
import Foundation
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
        var wanted: [(id: TypeID, name: String, isUnion: Bool)] = []
        // One variable that holds them all: clang describes what variables are made of.
        var source = "#include \"vmlinux.h\"\nunion all_of_them {\n"
        for id in btf.types(ofKinds: [.structure, .union]) {
            guard case .composite(let type) = try btf.type(id), !type.name.isEmpty else { continue }
            let name = try printer.printedName(of: id)
            wanted.append((id, name, type.isUnion))
            source += "\(type.isUnion ? "union" : "struct") \(name) m\(id.rawValue);\n"
        }
        let made = try Self.compile(source + "} every_one_of_them;\n", header: header)
        #expect(wanted.count > 5000)
        var differences: [String] = []
        for type in wanted {
            let found = made.types(named: type.name, kinds: [type.isUnion ? .union : .structure])
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
