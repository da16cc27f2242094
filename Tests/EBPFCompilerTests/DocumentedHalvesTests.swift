// SPDX-License-Identifier: Apache-2.0

import BTF
import BPFObject
import Bytes
import EBPF
import Foundation
import TestImages
import Testing

/// The kernel halves of opensnoop and of the guide: their types are the kernel's and C's too.
@Suite struct DocumentedHalvesTests {
    private static let root = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../..").standardizedFileURL

    private static func openSnoop() throws -> ObjectFile {
        let directory = root.appending(path: "Sources/OpenSnoopKernel").path
        let names = try FileManager.default.contentsOfDirectory(atPath: directory).filter { $0.hasSuffix(".swift") }.sorted()
        return try ObjectFile(ByteView(CompiledSwiftHalf.compile(names.map { "\(directory)/\($0)" }, name: "OpenSnoop").object))
    }

    /// A listing of the guide that imports the kernel half's library: the first, and that of the kernel's structures.
    private static func guide(_ number: Int) throws -> ObjectFile {
        let document = try String(contentsOf: root.appending(path: "Documentation/Guide.md"), encoding: .utf8)
        let listings = document.components(separatedBy: "```swift\n").dropFirst().map { $0.components(separatedBy: "\n```")[0] }
        let halves = listings.filter { $0.contains("import EBPFKernel") && $0.contains("@section") }
        let scratch = try ScratchDirectory()
        let half = try #require(halves.dropFirst(number).first)
        return try ObjectFile(ByteView(CompiledSwiftHalf.compile([try scratch.write(half + "\n", to: "Guide.swift")], name: "Guide").object))
    }

    private static let halves: [(name: String, object: @Sendable () throws -> ObjectFile)] = [
        ("opensnoop", openSnoop), ("the guide's first", { try guide(0) }), ("the guide's second", { try guide(1) }),
        ("the guide's third", { try guide(2) }), ("the guide's fourth", { try guide(3) }),
    ]

    @Test(arguments: halves.indices) func theirTypesAreSensibleInC(_ index: Int) throws {
        var printer = CPrinter(try #require(try Self.halves[index].object().btf))
        var text: [UInt8] = []
        while try printer.append(to: &text) {}
        #expect(text.count > 100)
        #expect(try Toolchain.complaints(about: text) == "", "\(Self.halves[index].name)")
    }

    @Test(.enabled(if: LiveKernel.isAvailable && LiveKernel.hasTypes, LiveKernel.reason), arguments: [0, 1, 4])
    func theKernelHasTheirTypesAsTheyAreDeclared(_ index: Int) throws {
        let object = try Self.halves[index].object()
        let loaded = try object.load()
        let types = try BTF(ByteView(try #require(try object.btfForLoading())))
        #expect(!loaded.programs.isEmpty)
        for program in loaded.programs {
            let kernels = try #require(try program.types())
            #expect(kernels.count == types.count)
            for id in types.ownTypeIDs where id != .void { #expect(try kernels.type(id) == types.type(id), "\(Self.halves[index].name)") }
        }
    }
}
