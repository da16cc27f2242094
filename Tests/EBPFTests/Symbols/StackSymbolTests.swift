// SPDX-License-Identifier: Apache-2.0

@testable import EBPF
import ELF
import Foundation
import Glibc
import TestMounts
import Testing

/// Stacks that a program took, with the names of what stands in them.
@Suite(.serialized, .enabled(if: ChainProgram.isAvailable, "not run, because it needs root, clang and the tests' sources"))
struct StackSymbolTests {
    /// `struct stacks` of the kernel half.
    struct TakenStacks: BitwiseCopyable {
        var kernelSize: Int32 = 0
        var userSize: Int32 = 0
        var identitiesSize: Int32 = 0
        var stackID: Int32 = 0
        var kernel = InlineArray<64, UInt64>(repeating: 0)
        var user = InlineArray<64, UInt64>(repeating: 0)
        var identities = InlineArray<64, StackBuildID>(repeating: StackBuildID())

        var kernelAddresses: [UInt64] { (0..<max(0, Int(kernelSize) / 8)).map { kernel[$0] } }
        var userAddresses: [UInt64] { (0..<max(0, Int(userSize) / 8)).map { user[$0] } }
        var userIdentities: [StackBuildID] { (0..<max(0, Int(identitiesSize) / 32)).map { identities[$0] } }
    }

    /// The stacks that a process has when it asks for its session, and that of the map of stacks.
    private func takeStacks(of child: ChainProcess, process: pid_t? = nil) throws -> (TakenStacks, trace: [UInt64]) {
        var object = try Stacks.object()
        try object.set("target_process", to: UInt32(process ?? child.process))
        let loaded = try object.load()
        let links = try loaded.attachAll()
        try child.call()
        links.detach()
        let stacks = try #require(try loaded.map("taken").value(for: UInt32(0), as: TakenStacks.self))
        let trace = try loaded.map("traces").value(for: UInt32(bitPattern: stacks.stackID), as: InlineArray<64, UInt64>.self)
        return (stacks, trace.map { trace in trace.indices.map { trace[$0] } } ?? [])
    }

    private static let chain = ["inner", "symbol::middle(int)", "chain.outer(Swift.Int) -> Swift.Int", "main"]
    private static let chainWithMade = ["inner", "Made::at run time"] + chain.dropFirst()

    /// Whether functions are those of the stack's beginning, in this order.
    private func expect(_ frames: [StackFrame], _ functions: [String] = chain, sourceLocation: SourceLocation = #_sourceLocation) {
        #expect(Array(frames.prefix(functions.count).map { $0.function ?? "\($0)" }) == functions, sourceLocation: sourceLocation)
    }

    /// A directory of the machine that goes with the test.
    private func withDirectory(_ body: (String) throws -> Void) throws {
        var template = Array("/tmp/symbols-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw ChainProgram.Failure(description: "no directory") }
        let path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        defer { try? FileManager.default.removeItem(atPath: path) }
        try body(path)
    }

    @Test func functionsOfKernelAndProcessStandInTheOrderOfTheirCalls() throws {
        try withDirectory { directory in
            try ChainProgram.compile(to: directory + "/chain")
            let child = try ChainProcess(directory + "/chain")
            let (stacks, trace) = try takeStacks(of: child)
            var symbols = try ProcessSymbols(of: child.process)
            let frames = symbols.frames(of: stacks.userAddresses)
            expect(frames)
            #expect(frames[0].description.hasPrefix("inner+0x") && frames[0].description.hasSuffix(" (chain)"))
            #expect(symbols.frames(of: trace) == frames)
            let kernel = try EBPF.KernelSymbols.running().frames(of: stacks.kernelAddresses)
            #expect(kernel.allSatisfy { $0.symbol != nil }, "\(kernel)")
            #if arch(x86_64)
                let calls = kernel.compactMap(\.symbol).filter { $0 == "do_syscall_64" || $0.hasPrefix("entry_SYSCALL_64") }
                #expect(calls.first == "do_syscall_64" && calls.count == 2, "\(kernel)")
            #endif
        }
    }

    @Test func buildIDsMeanTheSameFunctionsAlsoWhenTheProcessHasEnded() throws {
        try withDirectory { directory in
            try ChainProgram.compile(to: directory + "/chain")
            let child = try ChainProcess(directory + "/chain")
            let (stacks, _) = try takeStacks(of: child)
            let binaries = BinarySymbols()
            let stranger = binaries.frame(of: stacks.userIdentities[0])
            #expect(stranger.description.contains("+0x") && stranger.description.hasPrefix("[unknown] "), "\(stranger)")
            var symbols = try ProcessSymbols(of: child.process, sharing: binaries)
            #expect(stacks.userIdentities.prefix(4).allSatisfy { $0.status == 1 })
            expect(symbols.frames(of: stacks.userIdentities))
            child.end()
            expect(stacks.userIdentities.prefix(4).map { binaries.frame(of: $0) })
            expect(symbols.frames(of: stacks.userAddresses))
        }
    }

    @Test func aProgramThatOnlyAnotherMountNamespaceHasIsReadThere() throws {
        try withDirectory { directory in
            try ChainProgram.compile(to: directory + "/chain")
            let child = try PrivateMounts.withBPFFileSystem { _ in
                guard mount("tmpfs", "/mnt", "tmpfs", 0, nil) == 0 else { throw ChainProgram.Failure(description: "no tmpfs") }
                try ChainProgram.run(ChainProgram.tool("cp") ?? "/bin/cp", directory + "/chain", "/mnt/elsewhere")
                return try ChainProcess("/mnt/elsewhere")
            }
            #expect(access("/mnt/elsewhere", F_OK) != 0)
            var symbols = try ProcessSymbols(of: child.process)
            let frames = symbols.frames(of: try takeStacks(of: child).0.userAddresses)
            expect(frames)
            guard case .file("/mnt/elsewhere", _) = frames[0].place else {
                Issue.record("\(frames[0].place)")
                return
            }
        }
    }

    @Test func aProgramThatWasDeletedIsReadThroughItsMapping() throws {
        try withDirectory { directory in
            try ChainProgram.compile(to: directory + "/chain")
            let child = try ChainProcess(directory + "/chain")
            unlink(directory + "/chain")
            var symbols = try ProcessSymbols(of: child.process)
            expect(symbols.frames(of: try takeStacks(of: child).0.userAddresses))
        }
    }

    @Test(.enabled(if: ChainProgram.canStrip, "not run, because there is no objcopy or strip"), arguments: [true, false])
    func aStrippedProgramIsNamedByTheFileOfItsDebuggingInformation(byBuildID: Bool) throws {
        try withDirectory { directory in
            let program = directory + "/chain"
            try ChainProgram.compile(to: program, byBuildID ? "-g" : "-Wl,--build-id=none")
            let tool: @Sendable (String) -> String = { ChainProgram.tool($0) ?? $0 }
            try ChainProgram.run(tool("objcopy"), "--only-keep-debug", program, directory + "/chain.debug")
            try ChainProgram.run(tool("strip"), "--strip-all", program)
            let stripped = try ChainProcess(program)
            var without = try ProcessSymbols(of: stripped.process)
            let addresses = try takeStacks(of: stripped).0.userAddresses
            #expect(without.frames(of: addresses)[0].symbol == nil)
            let child: ChainProcess
            if byBuildID {
                let identity = try #require(try UserBinary(program, process: nil, for: "test").file.buildID())
                let place = try #require(DebugFile.path(of: identity))
                child = try PrivateMounts.withBPFFileSystem { _ in
                    guard mount("tmpfs", "/usr/lib/debug", "tmpfs", 0, nil) == 0 else { throw ChainProgram.Failure(description: "no tmpfs") }
                    let parent = URL(fileURLWithPath: place).deletingLastPathComponent().path
                    try ChainProgram.run(tool("mkdir"), "-p", parent)
                    try ChainProgram.run(tool("cp"), directory + "/chain.debug", place)
                    return try ChainProcess(program)
                }
            } else {
                try ChainProgram.run(tool("objcopy"), "--add-gnu-debuglink=\(directory)/chain.debug", program, program + ".linked")
                child = try ChainProcess(program + ".linked")
            }
            var symbols = try ProcessSymbols(of: child.process)
            expect(symbols.frames(of: try takeStacks(of: child).0.userAddresses))
        }
    }

    @Test func codeThatWasMadeAtRunTimeIsNamedByThePerfMapOfTheProcess() throws {
        try withDirectory { directory in
            try ChainProgram.compile(to: directory + "/chain")
            let program = FileManager.default.contents(atPath: directory + "/chain").map { [UInt8]($0) } ?? []
            let child = try PrivateMounts.withBPFFileSystem { _ in
                try Self.put(program, inOwnTemporaryDirectory: "/tmp/chain")
                return try ChainProcess("/tmp/chain", "made")
            }
            #expect(access("/tmp/perf-\(child.process).map", F_OK) != 0)
            var symbols = try ProcessSymbols(of: child.process)
            let frames = symbols.frames(of: try takeStacks(of: child).0.userAddresses)
            expect(frames, Self.chainWithMade)
            #expect(frames[1].description == "Made::at run time+0x6 (perf-\(child.process).map)")
        }
    }

    private static func put(_ program: [UInt8], inOwnTemporaryDirectory path: String) throws {
        guard mount("tmpfs", "/tmp", "tmpfs", 0, nil) == 0 else { throw ChainProgram.Failure(description: "no tmpfs") }
        guard FileManager.default.createFile(atPath: path, contents: Data(program), attributes: [.posixPermissions: 0o755]) else {
            throw ChainProgram.Failure(description: "no \(path)")
        }
    }

    @Test(.enabled(if: ChainProgram.tool("unshare") != nil, "not run, because there is no unshare"))
    func aPerfMapHasTheNumberByWhichTheProcessKnowsItself() throws {
        try withDirectory { directory in
            try ChainProgram.compile(to: directory + "/chain")
            let program = FileManager.default.contents(atPath: directory + "/chain").map { [UInt8]($0) } ?? []
            let unshare = ChainProgram.tool("unshare") ?? ""
            let child = try PrivateMounts.withBPFFileSystem { _ in
                try Self.put(program, inOwnTemporaryDirectory: "/tmp/chain")
                return try ChainProcess(unshare, "--pid", "--fork", "--kill-child", "/tmp/chain", "made")
            }
            let children = SmallFile.read("/proc/\(child.process)/task/\(child.process)/children") ?? ""
            let process = try #require(children.split(separator: " ").first.flatMap { Int32($0) }, "no child: \(children)")
            var symbols = try ProcessSymbols(of: process)
            let frames = symbols.frames(of: try takeStacks(of: child, process: process).0.userAddresses)
            expect(frames, Self.chainWithMade)
            #expect(frames[1].description.hasSuffix(" (perf-1.map)"))
        }
    }

    @Test func theLibraryThatTheKernelMapsIsNamed() throws {
        var symbols = try ProcessSymbols(of: getpid())
        let mapping = try #require(try MemoryMapping.all(of: getpid(), for: "test").first { $0.path == "[vdso]" })
        let frames = stride(from: mapping.start, to: mapping.end, by: 16).map { symbols.frame(at: $0) }
        #expect(frames.contains { $0.symbol?.contains("gettime") == true && $0.description.hasSuffix(" [vdso]") })
        #expect(symbols.frame(at: 0x10).description == "[unknown] 0x10")
    }

    @Test func aProcessThatDoesNotExistIsSaidSo() {
        #expect(throws: EBPFError.self) { try ProcessSymbols(of: .max) }
    }
}
