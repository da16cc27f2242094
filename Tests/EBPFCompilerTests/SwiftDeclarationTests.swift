// SPDX-License-Identifier: Apache-2.0

import BTF
import Bytes
import EBPF
import Foundation
import TestImages
import TestMounts
import Testing

@testable import BPFObject

/// What a kernel half in Swift declares, and what its object has of it.
@Suite struct SwiftDeclarationTests {
    private static let program = """
        @section("tracepoint/syscalls/sys_enter_getpgid")
        func first(_ context: TracepointContext<trace_event_raw_sys_enter>) -> Int32 {

        """

    private func object(_ text: String) throws -> ObjectFile { try ObjectFile(ByteView(CompiledSwiftHalf.compile(text).object)) }

    private func numbers<Number: FixedWidthInteger>(of name: String, _ object: ObjectFile, as type: Number.Type) throws -> [Number] {
        let variable = try object.variable(name)
        let contents = try #require(object.maps[variable.mapIndex].contents)
        return contents[variable.offset..<variable.offset + variable.size].withUnsafeBytes { bytes in
            (0..<variable.size / MemoryLayout<Number>.size).map {
                bytes.loadUnaligned(fromByteOffset: $0 * MemoryLayout<Number>.size, as: Number.self)
            }
        }
    }

    @Test func firstValuesThatLoopsComputeAreConstantsOfTheObject() throws {
        let half = try object(
            """
            let sevens = Constant<InlineArray<64, UInt64>>(InlineArray(repeating: 7))
            let squares = Constant<InlineArray<200, UInt32>>(InlineArray { i in UInt32(i &* i) })
            let powers = Variable<InlineArray<8, UInt64>>(
                {
                    var all = InlineArray<8, UInt64>(repeating: 1)
                    for i in 1..<8 { all[i] = all[i - 1] &* 3 }
                    return all
                }())
            \(Self.program)
                let i = Int(context.args[0]) & 63
                powers.value[i & 7] &+= sevens.value[i] &+ UInt64(squares.value[i])
                return 0
            }
            """)
        #expect(try numbers(of: "sevens", half, as: UInt64.self) == [UInt64](repeating: 7, count: 64))
        #expect(try numbers(of: "squares", half, as: UInt32.self) == (0..<200).map { UInt32($0 * $0) })
        #expect(try numbers(of: "powers", half, as: UInt64.self) == [1, 3, 9, 27, 81, 243, 729, 2187])
    }

    @Test func whatNoProgramAsksForIsThereForUserSpace() throws {
        var half = try object(
            """
            let debug = Constant<Bool>(true)
            let limit = Variable<UInt32>(9)
            var plain: UInt64 = 5
            let unused = HashMap<UInt32, UInt64>(maxEntries: 3)
            enum Names { static let inside = ArrayMap<UInt64>(maxEntries: 2) }
            private let hidden = Constant<UInt32>(1)
            \(Self.program)
                return 0
            }
            """)
        #expect(try numbers(of: "debug", half, as: UInt8.self) == [1])
        #expect(try numbers(of: "limit", half, as: UInt32.self) == [9])
        #expect(try numbers(of: "plain", half, as: UInt64.self) == [5])
        #expect(half.maps[try half.mapIndex("unused")].maxEntries == 3)
        #expect(half.maps[try half.mapIndex("inside")].maxEntries == 2)
        try half.set("debug", to: false)
        // Nobody else could ask for it.
        #expect(throws: ObjectError.self) { try half.variable("hidden") }
    }

    private static let declared = """
        let kept = HashMap<UInt32, UInt64>(maxEntries: 8, flags: .noPreallocation, pinning: .byName)
        let recent = LRUHashMap<UInt32, UInt64>(maxEntries: 8, flags: .separateLRU | .programsRead)
        let records = RingBuffer<UInt64>(byteCount: 4096, flags: MapFlags(rawValue: 0), pinning: .byName)
        let events = PerfBuffer<UInt64>(pinning: .byName)
        \(program)
            return kept.lookup(1) == nil ? 0 : 1
        }
        """

    @Test func flagsAndPinningAreThoseOfTheDeclaration() throws {
        let half = try object(Self.declared)
        func map(_ name: String) throws -> MapDefinition { half.maps[try half.mapIndex(name)] }
        #expect(try map("kept").pinning == .byName && map("kept").flags.rawValue == 1)
        #expect(try map("recent").pinning == .none && map("recent").flags.rawValue == 2 | 128)
        #expect(try map("records").pinning == .byName && map("events").pinning == .byName)
        #expect(try map("records").type == .ringBuffer && map("events").type == .perfEventArray)
    }

    @Test(.enabled(if: LiveKernel.isAvailable, LiveKernel.reason))
    func aMapThatIsPinnedByItsNameIsSharedByWhoLoadsTheObject() throws {
        let half = try object(Self.declared)
        try PrivateMounts.withBPFFileSystem { directory in
            let options = LoadOptions(pinDirectory: directory)
            let first = try half.load(options)
            for name in ["kept", "records", "events"] { #expect(access("\(directory)/\(name)", F_OK) == 0, "\(name)") }
            #expect(access(directory + "/recent", F_OK) != 0)
            try first.map("kept").update(UInt32(1), to: UInt64(42))
            try first.map("recent").update(UInt32(1), to: UInt64(42))
            let second = try half.load(options)
            #expect(try second.map("kept").value(for: UInt32(1), as: UInt64.self) == 42)
            #expect(try second.map("recent").value(for: UInt32(1), as: UInt64.self) == nil)
        }
    }

    private static let bpftool: String? = ["/usr/sbin/bpftool", "/sbin/bpftool", "/usr/bin/bpftool"].first { access($0, X_OK) == 0 }

    @Test(
        .enabled(if: LiveKernel.isAvailable, LiveKernel.reason),
        .enabled(if: bpftool != nil && access("/usr/bin/unshare", X_OK) == 0, "not run, because there is no bpftool, or no unshare"))
    func anotherLoaderPinsTheSameMaps() throws {
        let scratch = try ScratchDirectory()
        let path = scratch.path + "/half.bpf.o"
        try Data(CompiledSwiftHalf.compile(Self.declared).object).write(to: URL(filePath: path))
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/unshare")
        let script = "mount -t bpf bpf /sys/fs/bpf && \(Self.bpftool ?? "") prog load \(path) /sys/fs/bpf/first >&2 && ls /sys/fs/bpf"
        process.arguments = ["-m", "sh", "-c", script]
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        let names = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        // The kernel has files of its own there.
        #expect(names.split(separator: "\n").filter { !$0.hasSuffix(".debug") }.sorted() == ["events", "first", "kept", "records"])
    }

    @Test func anEnumerationMayHaveMoreThanAByteOfCases() throws {
        let cases = (0..<300).map { "c\($0)" }.joined(separator: ", ")
        let half = try object(
            """
            enum many: UInt32, KernelEnumeration { case \(cases) }
            let value = Variable<UInt64>(0)
            \(Self.program)
                value.value = many.c299.kernelValue
                return 0
            }
            """)
        let types = try #require(half.btf)
        let relocation = try #require(half.functions.flatMap(\.relocations).first { $0.kind == .enumValue })
        guard case .enumeration(let enumeration) = try types.type(relocation.root) else { throw Unexpected("no enumeration") }
        #expect(enumeration.values.count == 300 && relocation.path == [299])
    }

    @Test func fieldsThatAreCalledLikeWordsOfCKeepTheirNamesAndPrintAsC() throws {
        let half = try object(
            """
            struct Record: BitwiseCopyable { var int: UInt32; var `struct`: UInt32; var double: UInt64 }
            let records = RingBuffer<Record>(byteCount: 4096)
            @inline(never) func note(_ long: UInt32) { records.send(Record(int: long, struct: 2, double: 3)) }
            \(Self.program)
                note(UInt32(truncatingIfNeeded: context.args[0]))
                return 0
            }
            """)
        let types = try #require(half.btf)
        let record = try #require(types.types(named: "Record", kinds: [.structure]).first)
        guard case .composite(let composite) = try types.type(record) else { throw Unexpected("no structure") }
        #expect(composite.members.map(\.name) == ["int", "struct", "double"])
        var printer = CPrinter(types)
        var text: [UInt8] = []
        while try printer.append(to: &text) {}
        #expect(String(decoding: text, as: UTF8.self).contains("struct_;"))
        #expect(try Toolchain.complaints(about: text) == "")
    }
}
