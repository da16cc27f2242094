// SPDX-License-Identifier: Apache-2.0

import BPFAssembly
import BPFObject
import Bytes
import EBPFCompiler
import ELF
import Foundation
import TestImages
import Testing

/// What the compiler refuses, what it warns of, and what an object does not contain.
@Suite struct CompilerTests {
    private func error(_ text: String) throws -> CompilerError {
        try #require(throws: CompilerError.self) { try CompiledHalf(text) }
    }

    private func contains(_ bytes: [UInt8], _ text: String) -> Bool {
        let wanted = Array(text.utf8)
        guard let first = wanted.first, bytes.count >= wanted.count else { return false }
        return bytes.indices.contains { start in
            bytes[start] == first && bytes[start...].starts(with: wanted)
        }
    }

    @Test func aSourceWithAnErrorIsRefusedWithTheCompilersWordsFileAndLine() throws {
        let error = try error("\nint main(void) {\n    return undeclared_name;\n}\n")
        #expect(error.code == .source)
        #expect(error.description.contains("undeclared_name"))
        // The text stands behind the line that includes the headers.
        #expect(error.description.contains("half.bpf.c:4:"))
        #expect(error.description.contains("error:"))
    }

    @Test func aHeaderThatIsMissingIsNamed() throws {
        let error = try error("#include <ebpf/nonsense.h>\n")
        #expect(error.code == .source)
        #expect(error.description.contains("ebpf/nonsense.h"))
    }

    @Test func aSourceThatIsMissingIsNamed() throws {
        let scratch = try ScratchDirectory()
        var half = try CompiledHalf.kernelHalf("", in: scratch)
        half.source = scratch.path + "/nothing.bpf.c"
        let error = try #require(throws: CompilerError.self) { try half.compile() }
        #expect(error.description.contains("nothing.bpf.c"))
    }

    @Test func warningsAreHandedOnAlthoughTheSourceCompiles() throws {
        let half = try CompiledHalf("SEC(\"tp/a/b\") int main(void *context) { int unused_variable; return 0; }")
        #expect(half.warnings.contains("unused_variable"))
        #expect(half.warnings.contains("half.bpf.c:2:"))
        #expect(half.object.programs.count == 1)
    }

    @Test func aSourceWithoutFaultsHasNothingToSay() throws {
        #expect(try CompiledHalf(CompiledProgramTests.source).warnings == "")
    }

    @Test func toolsThatAreNotThereAreNamed() throws {
        let scratch = try ScratchDirectory()
        let half = try CompiledHalf.kernelHalf("int x;", in: scratch)
        var withoutClang = half
        withoutClang.clang = "/nonexistent/clang"
        let error = try #require(throws: CompilerError.self) { try withoutClang.compile() }
        #expect(error.code == .tool)
        #expect(error.description.contains("/nonexistent/clang"))
        var withoutObjcopy = half
        withoutObjcopy.objcopy = "/nonexistent/llvm-objcopy"
        let other = try #require(throws: CompilerError.self) { try withoutObjcopy.compile() }
        #expect(other.code == .tool)
        #expect(other.description.contains("/nonexistent/llvm-objcopy"))
    }

    @Test func aWorkDirectoryThatIsNotThereIsNamed() throws {
        let scratch = try ScratchDirectory()
        var half = try CompiledHalf.kernelHalf("int x;", in: scratch)
        half.workDirectory = scratch.path + "/missing"
        let error = try #require(throws: CompilerError.self) { try half.compile() }
        #expect(error.code == .file)
        #expect(error.description.contains("/missing"))
    }

    @Test func anObjectHasTypesAndLinesButNoDWARF() throws {
        let file = try ELFFile(ByteView(try CompiledHalf(CompiledProgramTests.source).bytes))
        let names = file.sections.map(\.name)
        #expect(names.contains(".BTF"))
        #expect(names.contains(".BTF.ext"))
        #expect(!names.contains { $0.contains("debug") })
        #expect(file.machine == .bpf)
    }

    @Test func anObjectDoesNotSayWhereItWasBuilt() throws {
        let scratch = try ScratchDirectory()
        let half = try CompiledHalf.kernelHalf("#include <ebpf/kernel.h>\n" + CompiledProgramTests.source, in: scratch)
        let bytes = try half.compile().object
        #expect(contains(bytes, "half.bpf.c"))
        #expect(!contains(bytes, scratch.path))
        #expect(!contains(bytes, Toolchain.headers))
    }

    @Test func anObjectDoesNotSayWhereTheHeadersAreThatItsCodeComesFrom() throws {
        let scratch = try ScratchDirectory()
        let header = "static __always_inline int doubled(int value) {\n    return value * 2; // in the header\n}\n"
        try scratch.write(header, to: "library/shared.h")
        let text = """
            #include <ebpf/kernel.h>
            #include <shared.h>
            struct context { int field; };
            SEC("tp/a/b") int main(struct context *context) { return doubled(context->field); }
            """
        let half = try CompiledHalf.kernelHalf(text, in: scratch, includes: [scratch.path + "/library"])
        let bytes = try half.compile().object
        let object = try ObjectFile(ByteView(bytes))
        let lines = try object.assemble(object.programs[0]).lines
        #expect(lines.contains { $0.text == "    return value * 2; // in the header" })
        #expect(!contains(bytes, scratch.path))
    }

    @Test func theSameSourceElsewhereMakesTheSameObject() throws {
        #expect(try CompiledHalf(CompiledMapTests.source).bytes == CompiledHalf(CompiledMapTests.source).bytes)
    }

    @Test func theNameOfAKernelHalfIsThatOfItsFile() throws {
        let scratch = try ScratchDirectory()
        #expect(try CompiledHalf.kernelHalf("", named: "OpenSnoop.bpf.c", in: scratch).name == "OpenSnoop")
        #expect(try CompiledHalf.kernelHalf("", named: "deep/Tool.c", in: scratch).name == "Tool")
    }

    @Test func severalKernelHalvesOfOneDirectoryAreCompiledAtOnce() async throws {
        let scratch = try ScratchDirectory()
        let halves = try (0..<4).map { number in
            try CompiledHalf.kernelHalf(
                "#include <ebpf/kernel.h>\nSEC(\"tp/a/b\") int main(void *context) { return \(number); }", named: "half\(number).bpf.c",
                in: scratch)
        }
        let constants = try await withThrowingTaskGroup(of: Int32?.self) { group in
            for half in halves {
                group.addTask {
                    let object = try ObjectFile(ByteView(try half.compile().object))
                    return try object.assemble(object.programs[0]).instructions.first?.immediate
                }
            }
            var found: Set<Int32?> = []
            for try await constant in group { found.insert(constant) }
            return found
        }
        #expect(constants == [0, 1, 2, 3])
    }

    @Test func theGeneratedSourceEmbedsTheObject() throws {
        let bytes = [UInt8](0...255)
        let text = GeneratedSource(name: "OpenSnoop", object: bytes).text
        #expect(text.contains("public enum OpenSnoop {"))
        #expect(text.contains("import EBPF"))
        #expect(text.contains("\"\(Base64.encode(bytes))\""))
    }

    @Test func aNameThatIsNoTypesIsRefusedBeforeAnythingIsWritten() throws {
        #expect(throws: CompilerError.self) { try GeneratedSource.check(name: "snoop") }
        try GeneratedSource.check(name: "Snoop")
    }

    @Test func whatIsWrittenIsNeverThereInPart() throws {
        let scratch = try ScratchDirectory()
        let path = try scratch.write("old", to: "Half.o")
        // Who has opened the old one goes on reading it.
        let reader = try #require(FileHandle(forReadingAtPath: path))
        try GeneratedSource.write([1, 2, 3], to: path)
        #expect(try reader.readToEnd() == Data("old".utf8))
        #expect(try Data(contentsOf: URL(filePath: path)) == Data([1, 2, 3]))
        // What is no file is not replaced by one.
        let link = scratch.path + "/link.o"
        try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: path)
        try GeneratedSource.write([4], to: link)
        #expect(try Data(contentsOf: URL(filePath: path)) == Data([4]))
        #expect(try FileManager.default.contentsOfDirectory(atPath: scratch.path).filter { $0.hasSuffix(".new") } == [])
    }

    @Test func theGeneratedSourceCannotBeWrittenWhereNoDirectoryIs() throws {
        let scratch = try ScratchDirectory()
        let error = try #require(throws: CompilerError.self) {
            try GeneratedSource(name: "X", object: []).write(to: scratch.path + "/missing/X.swift")
        }
        #expect(error.code == .file)
        #expect(error.description.contains("/missing/X.swift"))
    }
}
