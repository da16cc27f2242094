// SPDX-License-Identifier: Apache-2.0

@testable import EBPF
import Foundation
import Testing

/// Probes in files that only another process sees.
@Suite(
    .enabled(if: LiveKernel.isAvailable, LiveKernel.reason), .enabled(if: ProgramWorkshop.isAvailable, ProgramWorkshop.reason))
struct ForeignProgramTests {
    /// A program that is only there for one process: on a file system of its own, which hides the directory that the test sees.
    private func start(in workshop: ProgramWorkshop, thenRemoving removes: Bool = false) throws -> AnsweringProcess {
        let path = try workshop.compile(UserTargetTests.source, to: "program")
        let hidden = workshop.path("hidden")
        try FileManager.default.createDirectory(atPath: hidden, withIntermediateDirectories: true)
        let commands = "mount -t tmpfs none \(hidden) && cp \(path) \(hidden)/program && exec \(hidden)/program"
        let process = try AnsweringProcess("/usr/bin/env", ["unshare", "--mount", "--propagation", "private", "sh", "-c", commands])
        if removes { try FileManager.default.removeItem(atPath: "/proc/\(process.identifier)/root\(hidden)/program") }
        return process
    }

    private func prove(_ target: UserTarget, _ process: AnsweringProcess) throws {
        let tried = try TriedProgram("hook_uprobe", thread: UInt32(bitPattern: process.identifier))
        try tried.prove(try tried.program.attach(toUprobe: target)) { try process.ask() }
    }

    @Test func aProgramInAnotherMountNamespaceIsProbedByThePathThatItsProcessKnows() throws {
        let workshop = try ProgramWorkshop()
        let process = try start(in: workshop)
        #expect(!FileManager.default.fileExists(atPath: workshop.path("hidden/program")))
        try prove(UserTarget(workshop.path("hidden/program"), symbol: "called", process: process.identifier), process)
    }

    @Test func aProgramThatIsMappedIsFoundByItsNameAlone() throws {
        let workshop = try ProgramWorkshop()
        let process = try start(in: workshop)
        try prove(UserTarget("program", symbol: "called", process: process.identifier), process)
    }

    @Test func aProgramThatWasDeletedIsProbedThroughItsMapping() throws {
        let workshop = try ProgramWorkshop()
        let process = try start(in: workshop, thenRemoving: true)
        try prove(UserTarget("program", symbol: "called", process: process.identifier), process)
    }
}
