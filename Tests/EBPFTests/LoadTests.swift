// SPDX-License-Identifier: Apache-2.0

import COpenCalls
import EBPF
import Glibc
import Testing

/// Loading, and what is said when it fails.
@Suite(.enabled(if: LiveKernel.isAvailable, LiveKernel.reason))
struct LoadTests {
    func failure(_ object: ObjectFile) throws -> EBPFError {
        try #require(throws: EBPFError.self) { _ = try object.load().attachAll() }
    }

    @Test func aRejectedProgramIsToldWithTheVerifiersLastLinesAndTheSourceLine() throws {
        let error = try failure(Rejected.object())
        #expect(error.code == .rejected)
        #expect(error.description.contains("load program 'forgets_the_check' (tracepoint)"))
        #expect(error.description.contains("R0 invalid mem access 'map_value_or_null'"))
        #expect(error.description.contains("at Rejected.bpf.c:18:"))
        #expect(error.description.contains("return *value == 1;"))
        let log = try #require(error.verifierLog)
        #expect(log.line?.line == 18)
        // The instruction that was refused stands in the part that is shown.
        let slot = try #require(log.slot)
        #expect(error.description.contains("| \(slot): ("))
        // What is kept begins at the first instruction; what stands before it is not the same in every kernel.
        #expect("\n\(log.text)".contains("\n0: ("))
    }

    @Test func nothingIsLeftOfAnObjectThatFailedToLoad() throws {
        _ = try failure(Rejected.object())
        #expect(LiveKernel.mapsHeld(maxEntries: 7919) == 0)
    }

    @Test func aHelperThatTheLicenceForbidsIsNamed() throws {
        let error = try failure(Restricted.object())
        #expect(error.code == .rejected)
        #expect(error.cause.contains("cannot call GPL-restricted function from non-GPL compatible program"))
    }

    @Test func aMissingFieldThatIsReachedIsNamedWithItsType() throws {
        var object = try MissingField.object()
        try object.set("reads_it", to: true)
        let error = try failure(object)
        #expect(error.code == .rejected)
        #expect(error.cause == "'struct task_struct.no_such_field' is not in this kernel")
        #expect(error.description.contains("MissingField.bpf.c:"))
    }

    @Test func aMissingFieldThatIsNotReachedHarmsNothing() throws {
        let loaded = try MissingField.object().load()
        let links = try loaded.attachAll()
        _ = getpgid(0)
        // Other processes may call getpgid as well: any process's number will do.
        #expect(try loaded.value(of: "seen", as: UInt64.self) > 0)
        links.detach()
    }

    @Test func aMissingTracepointIsNamedAndTheOthersAreDetached() throws {
        let loaded = try MissingTracepoint.object().load()
        let error = try #require(throws: EBPFError.self) { _ = try loaded.attachAll() }
        #expect(error.code == .noSuchTracepoint)
        #expect(error.operation == "attach program 'hangs_on_nothing' to tracepoint syscalls/sys_enter_never_was")
        #expect(error.cause.hasPrefix("this kernel has no tracepoint 'sys_enter_never_was' in category 'syscalls'"))
        #expect(try tracepointExists(category: "syscalls", name: "sys_enter_getpgid"))
        #expect(try !tracepointExists(category: "syscalls", name: "sys_enter_never_was"))
        #expect(try !tracepointExists(category: "no such category", name: "x"))
    }

    @Test func anUnknownSectionIsNamedWithThoseThatAreKnown() throws {
        var object = try Globals.object()
        object.programs = object.programs.map { program in
            var program = program
            program.isLoaded = true
            return program
        }
        let loaded = try object.load()
        #expect(loaded.programs.map(\.name) == ["adds", "asked_for"])
        let error = try #require(throws: EBPFError.self) { try loaded.program("other") }
        #expect(error.cause == "the loaded programs are: adds, asked_for")
    }

    @Test func aProgramWithAQuestionMarkIsLoadedOnlyWhenAskedFor() throws {
        #expect(try Globals.object().load().programs.map(\.name) == ["adds"])
    }

    @Test func twoLoadsOfOneObjectAreIndependent() throws {
        let object = try Globals.object()
        let first = try object.load()
        let second = try object.load()
        try first.map(".data").update(UInt32(0), to: UInt64(7))
        #expect(try first.value(of: "total", as: UInt64.self) == 7)
        #expect(try second.value(of: "total", as: UInt64.self) == 1000)
    }
}

/// Programs that run: variables set before load, changed by the program, and links that hold it.
@Suite(.enabled(if: LiveKernel.isAvailable, LiveKernel.reason))
struct RunningTests {
    @Test func aProgramSeesItsConstantsAndCallsItsFunctionsUntilTheLinkGoes() throws {
        var object = try Globals.object()
        try object.set("target_thread", to: UInt32(bitPattern: current_thread()))
        try object.set("step", to: Int32(-3))
        let loaded = try object.load()
        let links = try loaded.attachAll()
        #expect(links.count == 1)
        for _ in 0..<3 { _ = getpgid(0) }
        links.detach()
        _ = getpgid(0)
        #expect(try loaded.value(of: "calls", as: UInt64.self) == 3)
        #expect(try loaded.value(of: "total", as: Int64.self) == 1000 - 6 * 3)
    }

    @Test func aVariableIsReadOnlyWithItsOwnSizeAndName() throws {
        let loaded = try Globals.object().load()
        #expect(try loaded.value(of: "step", as: Int32.self) == 5)
        let size = try #require(throws: EBPFError.self) { try loaded.value(of: "step", as: Int64.self) }
        #expect(size.cause == "it has 4 bytes, the type asked for 8")
        let name = try #require(throws: EBPFError.self) { try loaded.value(of: "stride", as: Int64.self) }
        #expect(name.cause.contains("no variable 'stride'"))
    }

    @Test func readOnlyDataCannotBeChangedAnyMore() throws {
        let loaded = try Globals.object().load()
        let map = try loaded.map(".rodata")
        #expect(throws: EBPFError.self) { try map.update(UInt32(0), to: UInt64(0)) }
    }
}
