// SPDX-License-Identifier: Apache-2.0

import COpenCalls
@testable import EBPF
import Foundation
import Glibc
import Testing

/// Objects of the kernel that the values of maps keep.
@Suite(
    .enabled(if: LiveKernel.isAvailable, LiveKernel.reason),
    .enabled("not run, because the values of maps keep threads and cgroups from Linux 6.4 on") {
        !LiveKernel.release.lexicographicallyPrecedes([6, 4])
    })
struct KeptReferenceTests {
    /// A thread that does nothing, until it is dropped. Who holds one of the process's own is not known: maps of other tests end some time after these.
    private final class RestingThread: Sendable {
        private final class State: @unchecked Sendable {
            // Sendable: the condition guards both.
            let condition = NSCondition()
            var id: Int32 = 0
            var isOver = false
        }

        private let state = State()
        let id: Int32

        init() {
            let state = state
            Thread.detachNewThread {
                state.condition.withLock {
                    state.id = current_thread()
                    state.condition.broadcast()
                    while !state.isOver { state.condition.wait() }
                }
            }
            id = state.condition.withLock {
                while state.id == 0 { state.condition.wait() }
                return state.id
            }
        }

        deinit {
            state.condition.withLock {
                state.isOver = true
                state.condition.broadcast()
            }
        }
    }

    /// The kernel half, which asks for a thread.
    private struct Keeper {
        let loaded: LoadedObject
        let thread: RestingThread

        init(_ thread: RestingThread = RestingThread()) throws {
            var object = try Keeping.object()
            try object.set("thread", to: thread.id)
            loaded = try object.load()
            self.thread = thread
        }

        /// Runs a program.
        ///
        /// - Returns: whether it found what it wanted.
        func run(_ program: String) throws -> Bool { try loaded.program(program).run(LoopTests.packet).value == 0 }

        func number(_ name: String) throws -> Int32 { try loaded.value(of: name, as: Int32.self) }

        /// How many hold the thread.
        func users() throws -> Int32 {
            #expect(try run("count_users"))
            return try number("users")
        }
    }

    private static let frees = ConditionTrait.enabled("not run, because newer kernels (seen: Linux 7.2) leave to new entries what removed ones kept")
    {
        LiveKernel.release.lexicographicallyPrecedes([7, 0])
    }

    @Test func aThreadThatOneProgramKeepsAnotherTakesOut() throws {
        let keeper = try Keeper()
        let before = try keeper.users()
        #expect(try !keeper.run("look"))
        #expect(try !keeper.run("take_out"))
        #expect(try keeper.run("keep"))
        #expect(try keeper.users() == before + 1)
        #expect(try keeper.number("replaced") == 0)
        #expect(try keeper.run("look"))
        #expect(try keeper.number("process") == getpid())
        // The one that was there is given back.
        #expect(try keeper.run("keep"))
        #expect(try keeper.number("replaced") == getpid())
        #expect(try keeper.users() == before + 1)
        try keeper.loaded.set("process", to: Int32(0))
        #expect(try keeper.run("take_out"))
        #expect(try keeper.number("process") == getpid())
        #expect(try !keeper.run("take_out"))
        #expect(try keeper.users() == before)
    }

    @Test(Self.frees)
    func whatIsKeptGoesWithItsEntry() throws {
        let keeper = try Keeper()
        let before = try keeper.users()
        #expect(try keeper.run("keep"))
        #expect(try keeper.run("share"))
        #expect(try keeper.users() == before + 2)
        _ = try keeper.loaded.map("jobs").remove(UInt32(1))
        try OperationsTests.Failure.wait("the end of what an entry kept") { try keeper.users() == before }
    }

    @Test(Self.frees) func aNewEntryKeepsNothing() throws {
        let keeper = try Keeper()
        #expect(try keeper.run("keep"))
        let jobs = try keeper.loaded.map("jobs")
        _ = try jobs.remove(UInt32(1))
        try jobs.update(UInt32(1), to: InlineArray<4, UInt64>(repeating: 0))
        #expect(try !keeper.run("look"))
        #expect(try !keeper.run("take_out"))
    }

    @Test func whatIsKeptGoesWithItsMap() throws {
        let counter = try Keeper()
        let before = try counter.users()
        do {
            let keeper = try Keeper(counter.thread)
            #expect(try keeper.run("keep"))
            #expect(try keeper.run("share"))
            #expect(try counter.users() == before + 2)
            _ = try keeper.loaded.map("jobs").remove(UInt32(1))
        }
        try OperationsTests.Failure.wait("the end of what a map kept") { try counter.users() == before }
    }

    @Test func userSpaceSeesNothingOfWhatIsKept() throws {
        let keeper = try Keeper()
        #expect(try keeper.run("keep"))
        let jobs = try keeper.loaded.map("jobs")
        #expect(try jobs.value(for: UInt32(1), as: InlineArray<4, UInt64>.self).map { [$0[0], $0[1], $0[2], $0[3]] } == [1, 0, 0, 0])
    }

    @Test func whatIsKeptMovesBetweenPlaces() throws {
        let keeper = try Keeper()
        let before = try keeper.users()
        #expect(try keeper.run("keep"))
        #expect(try keeper.run("move"))
        #expect(try !keeper.run("look"))
        #expect(try keeper.users() == before + 1)
        // Nothing moves there, so that place is empty as well.
        #expect(try keeper.run("move"))
        #expect(try keeper.users() == before)
    }

    @Test func aProgramThatTrapsGivesBackWhatItTookOut() throws {
        let keeper = try Keeper()
        let before = try keeper.users()
        #expect(try keeper.run("keep"))
        try keeper.loaded.set("number", to: UInt32(1))
        _ = try keeper.run("fail")
        #expect(try keeper.number("process") == 0)
        #expect(try keeper.users() == before)
        #expect(try !keeper.run("look"))
    }

    @Test func aProgramThatMaySleepLooksInASection() throws {
        let keeper = try Keeper()
        #expect(try keeper.run("keep"))
        let outcome = try keeper.loaded.program("look_asleep").run(TestRun(context: [0, 0, 0, 0]))
        #expect(outcome.value == 0)
        #expect(outcome.context == bytes(of: getpid()))
    }

    @Test func whatASectionFoundIsHeldBeyondIt() throws {
        let keeper = try Keeper()
        #expect(try keeper.run("keep"))
        let outcome = try keeper.loaded.program("hold_parent").run(TestRun(context: [0, 0, 0, 0]))
        #expect(outcome.value == 0)
        #expect(outcome.context == bytes(of: getppid()))
    }

    @Test(.enabled("not run, because cgroup2 is mounted nowhere") { !MountTable.read().places(of: "cgroup2").isEmpty })
    func aCgroupIsKeptAndTakenOut() throws {
        let root = try #require(MountTable.read().places(of: "cgroup2").first)
        var status = stat()
        #expect(stat(root, &status) == 0)
        let keeper = try Keeper()
        #expect(try keeper.run("keep"))
        try keeper.loaded.set("group_id", to: UInt64(status.st_ino))
        #expect(try keeper.number("level") == -1)
        #expect(try keeper.run("keep_group"))
        #expect(try keeper.number("level") >= 0)
    }
}
