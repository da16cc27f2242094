// SPDX-License-Identifier: Apache-2.0

import Bytes
@testable import EBPF
import ELF
import Foundation
import Testing

/// Places in programs and libraries, as people name them.
@Suite(.enabled(if: ProgramWorkshop.isAvailable, ProgramWorkshop.reason))
struct UserTargetTests {
    /// `marked` begins with bytes by which it is found in the file, as 8 bytes of data that are never run; `main` answers each byte that it reads.
    static let source = """
        #include <stdio.h>
        #include <unistd.h>
        __asm__(".text\\n.globl marked\\n.type marked, @function\\nmarked:\\n.ascii \\"MARKER=!\\"\\n.size marked, . - marked");
        int variable = 7;
        __attribute__((noinline)) int called(int number) { __asm__ volatile("" : "+r"(number)); return number + variable; }
        int main(void) {
            char byte;
            do { called(byte); if (write(1, ".", 1) != 1) return 1; } while (read(0, &byte, 1) == 1);
            return 0;
        }
        """

    private func isMarked(_ place: UserLocation) throws -> Bool {
        let file = try #require(FileHandle(forReadingAtPath: place.path))
        try file.seek(toOffset: place.fileOffset)
        return try file.read(upToCount: 8) == Data("MARKER=!".utf8)
    }

    private func refusal(_ target: UserTarget) -> EBPFError? { #expect(throws: EBPFError.self) { _ = try target.resolve() } }

    @Test(arguments: ["-no-pie", "-pie", "-shared"]) func aFunctionIsFoundWhereItsBytesAre(form: String) throws {
        let workshop = try ProgramWorkshop()
        let path = try workshop.compile(Self.source, to: "program", [form, "-fPIC"])
        let place = try UserTarget(path, symbol: "marked").resolve()
        #expect(try isMarked(place))
        #expect(try UserTarget(path, symbol: "marked", offset: 3).resolve().fileOffset == place.fileOffset + 3)
        #expect(try UserTarget(path, fileOffset: place.fileOffset).resolve().fileOffset == place.fileOffset)
    }

    @Test func aStrippedLibraryStillHasTheNamesThatOthersUse() throws {
        let workshop = try ProgramWorkshop()
        let path = try workshop.compile(Self.source, to: "library.so", ["-shared", "-fPIC"])
        try workshop.run("llvm-objcopy", ["--strip-all", path])
        #expect(try isMarked(UserTarget(path, symbol: "marked").resolve()))
    }

    @Test(arguments: ["", ".debug/"]) func aStrippedProgramsFunctionsAreFoundThroughItsDebugLink(directory: String) throws {
        let workshop = try ProgramWorkshop()
        let path = try workshop.compile(Self.source, to: "program")
        try separate(path, into: directory, in: workshop)
        #expect(try isMarked(UserTarget(path, symbol: "marked").resolve()))
        #expect(try UserTarget.locations(in: path, matching: "mark?d").count == 1)
        let near = try #require(throws: EBPFError.self) { _ = try UserTarget.locations(in: path, matching: "makr*") }
        #expect(near.code == .noSuchSymbol && near.cause.contains("it has 'mark*'"), "\(near)")
    }

    @Test func aDebugLinkToAnotherFilesSymbolsIsNotFollowed() throws {
        let workshop = try ProgramWorkshop()
        let path = try workshop.compile(Self.source, to: "program")
        try separate(path, into: "", in: workshop)
        let other = try workshop.compile(Self.source + "\nint more(void) { return 1; }", to: "other")
        try workshop.run("llvm-objcopy", ["--only-keep-debug", other, workshop.path("program.debug")])
        let error = try #require(refusal(UserTarget(path, symbol: "marked")))
        #expect(error.code == .noSuchSymbol)
        #expect(error.description.contains("it is stripped"))
    }

    /// In a process of its own: reading behind the end of a mapping would end it.
    @Test(.enabled(if: LiveKernel.isAvailable, "not run, because files are given to others by root alone"))
    func aFileThatItsOwnerShortensWhileItIsReadEndsNobody() async {
        await #expect(processExitsWith: .success) {
            let workshop = try ProgramWorkshop()
            let path = try workshop.compile(UserTargetTests.source, to: "program")
            if chown(path, 65534, 65534) != 0 { try HookTests.check(-errno, "chown") }
            let whole = try Data(contentsOf: URL(fileURLWithPath: path))
            let binary = try UserBinary(path, process: nil, for: "test")
            if truncate(path, 0) != 0 { try HookTests.check(-errno, "truncate") }
            #expect(binary.file.bytes.array() == Array(whole), "the bytes are those that were there")
            #expect(try binary.location(of: "marked", offset: 0, for: "test").fileOffset > 0)
            // A file that is all hole but for its beginning, and too large to be copied.
            if truncate(path, 1 << 40) != 0 { try HookTests.check(-errno, "truncate") }
            let error = #expect(throws: EBPFError.self, "a file of 1 TiB") { _ = try FileContents.map(path, for: "test") }
            #expect(error?.code == .invalid && error?.cause.contains("1099511627776 bytes") == true, "\(String(describing: error))")
            if truncate(path, 1 << 29) != 0 { try HookTests.check(-errno, "truncate") }
            let hole = try FileContents.map(path, for: "test")
            #expect(hole.count == 1 << 29 && hole.integer(UInt64.self, at: (1 << 29) - 8, order: .native) == 0, "holes are zero")
        }
    }

    @Test func aFileWithSymbolsThatIsTooLargeToBeSummedUpIsNotFollowed() throws {
        let workshop = try ProgramWorkshop()
        let path = try workshop.compile(Self.source, to: "program")
        try separate(path, into: "", in: workshop)
        // A terabyte of zeros behind it, none of which is on the disk, would take an hour.
        #expect(truncate(workshop.path("program.debug"), 1 << 40) == 0)
        let error = try #require(refusal(UserTarget(path, symbol: "marked")))
        #expect(error.code == .noSuchSymbol)
    }

    /// Moves a program's symbols to a file that its debug link names.
    private func separate(_ path: String, into directory: String, in workshop: ProgramWorkshop) throws {
        try FileManager.default.createDirectory(atPath: workshop.path(directory), withIntermediateDirectories: true)
        let symbols = workshop.path(directory + "program.debug")
        try workshop.run("llvm-objcopy", ["--only-keep-debug", path, symbols])
        try workshop.run("llvm-objcopy", ["--strip-all", "--add-gnu-debuglink=\(symbols)", path])
    }

    @Test func aFunctionThatIsNotThereIsNamedWithThoseThatAreNear() throws {
        let workshop = try ProgramWorkshop()
        let error = try #require(refusal(UserTarget(try workshop.compile(Self.source, to: "program"), symbol: "markd")))
        #expect(error.code == .noSuchSymbol)
        #expect(error.cause.contains("'marked'"))
    }

    @Test func aFunctionOfAnotherLibraryIsNamedWithThatLibrary() throws {
        let workshop = try ProgramWorkshop()
        let error = try #require(refusal(UserTarget(try workshop.compile(Self.source, to: "program"), symbol: "write")))
        #expect(error.code == .noSuchSymbol)
        #expect(error.description.contains("libc.so.6"), "\(error)")
    }

    @Test func aVariableIsNoFunction() throws {
        let workshop = try ProgramWorkshop()
        let error = try #require(refusal(UserTarget(try workshop.compile(Self.source, to: "program"), symbol: "variable")))
        #expect(error.code == .noSuchSymbol)
        #expect(error.cause.contains("is a variable"))
    }

    @Test func aPlaceThatIsNoCodeIsRefused() throws {
        let workshop = try ProgramWorkshop()
        let path = try workshop.compile(Self.source, to: "program")
        for target in [UserTarget(path, fileOffset: 4), UserTarget(path, symbol: "marked", offset: 1 << 40), UserTarget(path, fileOffset: .max)] {
            #expect(refusal(target)?.code == .invalid)
        }
    }

    @Test func aScriptAndATextAreNamedAsWhatTheyAre() throws {
        let workshop = try ProgramWorkshop()
        for (contents, word) in [("#!/bin/sh -e\ntrue\n", "is a script (#!/bin/sh -e)"), ("text", "is no ELF file")] {
            try Data(contents.utf8).write(to: URL(fileURLWithPath: workshop.path("file")))
            let error = try #require(refusal(UserTarget(workshop.path("file"), symbol: "main")))
            #expect(error.code == .noSuchBinary)
            #expect(error.cause.contains(word), "\(error)")
        }
    }

    @Test(arguments: ["libc.so.6", "libc", "libc.so"]) func aLibraryIsFoundByItsShortName(name: String) throws {
        let place = try UserTarget(name, symbol: "malloc").resolve()
        #expect(place.path.hasSuffix("/libc.so.6"))
        #expect(place.symbol == "malloc")
    }

    @Test func aNameThatNoFileHasIsSaidWithWhereItWasLookedFor() throws {
        let error = try #require(refusal(UserTarget("libnever_was.so.1", symbol: "malloc")))
        #expect(error.code == .noSuchBinary)
        #expect(error.cause.contains("/etc/ld.so.cache"))
    }

    @Test func aProcessThatIsNotThereIsNamed() throws {
        let error = try #require(refusal(UserTarget("libc", symbol: "malloc", process: .max)))
        #expect(error.cause.contains("there is no process \(Int32.max)"))
    }
}
