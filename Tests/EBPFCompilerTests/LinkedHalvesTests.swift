// SPDX-License-Identifier: Apache-2.0

import BPFAssembly
import BPFObject
import BTF
import Bytes
import EBPF
import ELF
import Foundation
import TestImages
import Testing

/// Compiled halves that need each other, linked.
@Suite struct LinkedHalvesTests {
    @Test(arguments: [false, true])
    func `a program uses what the other half defines, in either order`(_ isBackwards: Bool) throws {
        let halves = try LinkedHalves(isBackwards ? [LinkedHalves.owner, LinkedHalves.user] : [LinkedHalves.user, LinkedHalves.owner])
        let object = try ObjectFile(ByteView(halves.bytes))
        #expect(Set(object.programs.map(\.name)) == ["uses", "owns"])
        #expect(Set(object.maps.map(\.name)) == ["entries", "counts", ".data", ".data.others", ".rodata"])
        #expect(object.variables.map(\.name).sorted() == ["count", "count", "others", "table", "table", "target_pid", "total"])
        #expect(Set(object.variables.filter { $0.name == "count" }.map(\.offset)).count == 2)
        let assembly = try object.assemble(object.programs[try object.programIndex("uses")])
        let names = try assembly.functions.map { try #require(object.btf).name(of: $0.type) }
        #expect(names.sorted() == ["add", "either", "local", "local", "twice", "uses"])
        // The stronger one.
        let either = try #require(assembly.lines.first { $0.text.contains("int either") })
        #expect(either.text.contains("x * 2"))
        #expect(!halves.bytes.contains(subsequence: Array("debug_info".utf8)))
        let total = try object.variable("total")
        #expect(object.maps[total.mapIndex].contents?[total.offset] == 7)
    }

    @Test func `halves of the other byte order are linked as well`() throws {
        let little = try ELFFile(ByteView(try LinkedHalves([LinkedHalves.user, LinkedHalves.owner]).bytes))
        let big = try ELFFile(ByteView(try LinkedHalves([LinkedHalves.user, LinkedHalves.owner], bigEndian: true).bytes))
        #expect(big.byteOrder == .bigEndian)
        #expect(big.sections.map(\.name) == little.sections.map(\.name))
        #expect(big.sections.map(\.size) == little.sections.map(\.size))
        #expect(try big.symbols() == little.symbols())
        for (left, right) in zip(little.sections, big.sections) {
            #expect(little.relocations(of: left) == big.relocations(of: right))
            guard left.flags.contains(.executable) else { continue }
            #expect(Instruction.decode(left.bytes, order: .littleEndian) == Instruction.decode(right.bytes, order: .bigEndian))
        }
        let types = try (#require(little.section(named: ".BTF")), #require(big.section(named: ".BTF")))
        let (littleTypes, bigTypes) = (try BTF(types.0.bytes), try BTF(types.1.bytes))
        #expect(bigTypes.byteOrder == .bigEndian)
        #expect(try littleTypes.typeIDs.map { try littleTypes.type($0) } == bigTypes.typeIDs.map { try bigTypes.type($0) })
        let records = try (#require(little.section(named: ".BTF.ext")), #require(big.section(named: ".BTF.ext")))
        let littleLines = try BTFExtension(records.0.bytes, btf: littleTypes).lines.mapValues { $0.map(\.offset) }
        #expect(try BTFExtension(records.1.bytes, btf: bigTypes).lines.mapValues { $0.map(\.offset) } == littleLines)
    }

    @Test func `tables of functions refer to the functions that have moved`() throws {
        func half(_ name: String) -> String {
            """
            struct operations { int (*first)(int); int (*second)(int); };
            section("struct_ops") int \(name)_first(int x) { return x; }
            section("struct_ops") int \(name)_second(int x) { return x + 1; }
            struct operations \(name) section(".struct_ops.link") = { .first = \(name)_first, .second = \(name)_second };
            """
        }
        let file = try ELFFile(ByteView(try LinkedHalves([half("one"), half("two")]).bytes))
        let symbols = try file.symbols()
        let relocations = file.relocations(of: try #require(file.section(named: ".struct_ops.link")))
        #expect(relocations.map(\.offset) == [0, 8, 16, 24])
        #expect(relocations.map { symbols[$0.symbolIndex].name } == ["one_first", "one_second", "two_first", "two_second"])
        #expect(symbols.first { $0.name == "two_first" }?.value == symbols.first { $0.name == "one_second" }.map { $0.value + $0.size })
    }

    @Test func `what the compiler declares differently is refused with file and name`() throws {
        let error = try #require(throws: LinkError.self) {
            _ = try LinkedHalves([LinkedHalves.user, LinkedHalves.owner.replacingOccurrences(of: "u64 total = 7", with: "u32 total = 7")])
        }
        #expect(error.code == .incompatibleSymbol && error.symbol == "total")
        #expect(error.description == "cannot link 1.o with 0.o: 'total' is not the same in both: 4 bytes and 8")
        let entries = try #require(throws: LinkError.self) {
            _ = try LinkedHalves([LinkedHalves.user, LinkedHalves.owner.replacingOccurrences(of: "max_entries, 64", with: "max_entries, 65")])
        }
        #expect(entries.reason == "'entries' is not the same in both: 'max_entries': 65 and 64")
        let twice = try #require(throws: LinkError.self) { _ = try LinkedHalves([LinkedHalves.owner, LinkedHalves.owner]) }
        #expect(twice.code == .duplicateSymbol && twice.files == ["0.o", "1.o"])
    }
}

/// Linked halves in the running kernel.
@Suite(.enabled(if: LiveKernel.isAvailable, LiveKernel.reason))
struct LinkedHalvesLiveTests {
    @Test func `a linked program runs with the other half's function, map and variable`() throws {
        let halves = try LinkedHalves([LinkedHalves.user, LinkedHalves.owner])
        var object = try ObjectFile(ByteView(halves.bytes))
        try object.set("target_pid", to: UInt32(getpid()))
        let loaded = try object.load()
        let link = try loaded.program("uses").attach()
        _ = getpgid(0)
        link.detach()
        // 7, add: 100 + 71 + 20, twice: 1000, either: 20000.
        #expect(try loaded.value(of: "total", as: UInt64.self) == 7 + 191 + 1000 + 20000)
        // local: 1 + 4, and the third of its own table.
        #expect(try loaded.map("counts").value(for: UInt32(0), as: UInt64.self) == 5 + 30)
    }

    static let bpftool = ["/usr/sbin/bpftool", "/usr/bin/bpftool"].first { FileManager.default.isExecutableFile(atPath: $0) }
    static let unshare = FileManager.default.isExecutableFile(atPath: "/usr/bin/unshare")

    @Test(.enabled(if: bpftool != nil && unshare, "not run, because there is no bpftool or no unshare"), arguments: [false, true])
    func `bpftool loads what was linked`(_ isBackwards: Bool) throws {
        let halves = try LinkedHalves(isBackwards ? [LinkedHalves.owner, LinkedHalves.user] : [LinkedHalves.user, LinkedHalves.owner])
        let scratch = try ScratchDirectory()
        try Data(halves.bytes).write(to: URL(fileURLWithPath: scratch.path + "/linked.o"))
        try scratch.write("", to: "pins/.keep")
        // What is pinned goes with the mount namespace.
        let said = try LinkedHalves.run(
            "/usr/bin/unshare",
            [
                "-m", "sh", "-ec",
                "mount -t bpf bpf $1/pins; $2 prog loadall $1/linked.o $1/pins/programs; ls $1/pins/programs; $2 prog dump xlated pinned $1/pins/programs/uses",
                "sh", scratch.path, Self.bpftool ?? "",
            ])
        #expect(said.contains("owns\nuses\n"), "\(said)")
        #expect(said.contains("int add(int a, int b):") && said.contains("int twice(int x):"), "\(said)")
    }
}

extension [UInt8] {
    fileprivate func contains(subsequence: [UInt8]) -> Bool {
        indices.contains { self[$0...].starts(with: subsequence) }
    }
}
