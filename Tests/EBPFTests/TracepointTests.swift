// SPDX-License-Identifier: Apache-2.0

import COpenCalls
import EBPF
import Glibc
import Testing

/// Tracepoints whose arguments are taken as they are, and those whose types the verifier knows.
@Suite(.serialized, .enabled(if: LiveKernel.isAvailable, LiveKernel.reason))
struct TracepointTests {
    /// The number of getsid on this machine.
    #if arch(x86_64)
        let number: UInt64 = 124
    #else
        let number: UInt64 = 156
    #endif

    func object(only names: Set<String>) throws -> ObjectFile {
        var object = try Tracepoints.object()
        for index in object.programs.indices { object.programs[index].isLoaded = names.contains(object.programs[index].name) }
        return object
    }

    @Test func aRawTracepointIsSeenUntilTheLinkGoes() throws {
        var object = try object(only: ["sees_arguments"])
        try object.set("target_thread", to: UInt32(bitPattern: current_thread()))
        try object.set("number", to: self.number)
        let loaded = try object.load()
        let link = try loaded.program("sees_arguments").attach()
        #expect(link.hook == .rawTracepoint(name: "sys_enter"))
        for _ in 0..<3 { _ = getsid(0) }
        #expect(try loaded.value(of: "raw", as: UInt64.self) == 3)
        link.detach()
        _ = getsid(0)
        #expect(try loaded.value(of: "raw", as: UInt64.self) == 3)
    }

    @Test func aTypedTracepointIsSeenUntilTheLinkGoes() throws {
        var object = try object(only: ["sees_types"])
        try object.set("target_thread", to: UInt32(bitPattern: current_thread()))
        let loaded = try object.load()
        let link = try loaded.program("sees_types").attach()
        #expect(link.hook == .typedTracepoint(name: "sys_exit"))
        for _ in 0..<3 { _ = getsid(.max) }
        #expect(try loaded.value(of: "typed", as: UInt64.self) == 3)
        link.detach()
        _ = getsid(.max)
        #expect(try loaded.value(of: "typed", as: UInt64.self) == 3)
    }

    @Test func aRawTracepointThatIsNotThereIsNamed() throws {
        let loaded = try object(only: ["hangs_on_nothing"]).load()
        let error = try #require(throws: EBPFError.self) { _ = try loaded.attachAll() }
        #expect(error.code == .noSuchTracepoint)
        #expect(error.operation == "attach program 'hangs_on_nothing' to raw tracepoint never_was")
        #expect(error.cause.hasPrefix("this kernel has no tracepoint 'never_was'"))
    }

    @Test func aProgramWhoseSectionNamesAnotherHookIsNotAttachedToATracepoint() throws {
        let loaded = try object(only: ["sees_arguments"]).load()
        let error = try #require(throws: EBPFError.self) {
            _ = try loaded.attachAll { program throws(EBPFError) in try program.attachToTracepoint() }
        }
        #expect(error.code == .invalid)
        #expect(error.description.contains("'sees_arguments'") && error.description.contains("tracepoint/CATEGORY/NAME"))
    }

    @Test func aTypedTracepointThatIsNotThereIsNamedWhenItIsLoaded() throws {
        let error = try #require(throws: EBPFError.self) { _ = try object(only: ["knows_no_types"]).load() }
        #expect(error.code == .noSuchTracepoint)
        #expect(error.operation == "load program 'knows_no_types' (tracing)")
        #expect(error.cause == "this kernel's types have no tracepoint 'never_was'")
    }

    @Test func theKernelSaysWhatItHasLoaded() throws {
        let object = try object(only: ["sees_arguments"])
        let loaded = try object.load()
        let program = try loaded.program("sees_arguments")
        let information = try program.information()
        #expect(information.id > 0)
        // The kernel adds some of its own, and takes out what never runs.
        #expect(information.instructionCount > 1)
        let types = try #require(try program.types())
        #expect(types.types(named: "sees_arguments", kinds: [.function]).count == 1)
        #expect(try loaded.program("sees_arguments").information() == information)
    }

    @Test func whoReadsBehindTheRecordIsToldSo() throws {
        let loaded = try BehindTheRecord.object().load()
        let error = try #require(throws: EBPFError.self) { _ = try loaded.attachAll() }
        #expect(error.operation == "attach program 'reads_behind' to tracepoint syscalls/sys_enter_getpgid")
        #expect(error.cause == "the program reads behind the end of the record that the tracepoint hands over")
        #expect(error.description.contains("events/syscalls/sys_enter_getpgid/format"))
    }
}
