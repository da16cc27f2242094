// SPDX-License-Identifier: Apache-2.0

import COpenCalls
import Foundation
import Testing

/// Each filter with an open that it lets through and, done before it each time, one that it must hold back.
@Suite(.enabled(if: OpenSnoopProcess.isPossible, OpenSnoopProcess.reason))
struct FilterTests {
    let wanted = "/nonexistent/wanted-\(UUID().uuidString)"
    let unwanted = "/nonexistent/unwanted-\(UUID().uuidString)"

    /// Runs opensnoop with the arguments until it has seen the wanted path; the unwanted one came before it.
    func expectOnlyWanted(_ arguments: [String], _ action: () -> Void) throws {
        let outcome = try OpenSnoopProcess.observe(arguments + ["--json"], during: action) { lines in
            lines.contains { $0.contains(wanted) }
        }
        let opens = try JSONOpen.parse(outcome.lines)
        #expect(!opens.contains { $0.path == unwanted })
        #expect(outcome.status == 0)
    }

    @Test func aProcessFilterHoldsOtherProcessesBack() throws {
        try expectOnlyWanted(["-p", "\(getpid())"]) {
            _ = open_in_child(CALL_OPENAT, unwanted, O_RDONLY, "opener", 0)
            _ = open_in_thread(wanted)
        }
    }

    @Test func aThreadFilterHoldsOtherThreadsOfTheProcessBack() throws {
        // This thread is the wanted one; another of the same process opens the unwanted path.
        try expectOnlyWanted(["-t", "\(current_thread())"]) {
            _ = open_in_thread(unwanted)
            _ = open(wanted, O_RDONLY)
        }
    }

    @Test func aUserFilterHoldsOtherUsersBack() throws {
        try expectOnlyWanted(["-u", "65533"]) {
            _ = open_in_child(CALL_OPENAT, unwanted, O_RDONLY, "opener", 65532)
            _ = open_in_child(CALL_OPENAT, wanted, O_RDONLY, "opener", 65533)
        }
    }

    @Test func theUserFilterTakesRootForAUserLikeOthers() throws {
        try expectOnlyWanted(["-u", "0"]) {
            _ = open_in_child(CALL_OPENAT, unwanted, O_RDONLY, "opener", 65532)
            _ = open_in_child(CALL_OPENAT, wanted, O_RDONLY, "opener", 0)
        }
    }

    @Test(arguments: ["walrus", "wal", "rus", "lr", "walrus-parade-x"])
    func aNameFilterLetsThroughEveryCommandThatContainsIt(part: String) throws {
        try expectOnlyWanted(["-n", part]) {
            _ = open_in_child(CALL_OPENAT, unwanted, O_RDONLY, "turtle", 0)
            _ = open_in_child(CALL_OPENAT, wanted, O_RDONLY, part.count > 6 ? part : "walrus", 0)
        }
    }

    @Test func theFailureFilterHoldsOpensThatSucceedBack() throws {
        try expectOnlyWanted(["-x"]) {
            _ = open_in_child(CALL_OPENAT, "/proc/self/status", O_RDONLY, "opener", 0)
            _ = open_in_child(CALL_OPENAT, wanted, O_RDONLY, "opener", 0)
        }
        let outcome = try OpenSnoopProcess.observe(["-x", "--json", "-n", "opener"]) {
            _ = open_in_child(CALL_OPENAT, "/proc/self/status", O_RDONLY, "opener", 0)
            _ = open_in_child(CALL_OPENAT, wanted, O_RDONLY, "opener", 0)
        } until: {
            $0.count > 2
        }
        #expect(try JSONOpen.parse(outcome.lines).allSatisfy { $0.errno ?? 0 > 0 })
    }

    @Test func filtersHoldTogether() throws {
        try expectOnlyWanted(["-u", "65533", "-n", "opener", "-x"]) {
            _ = open_in_child(CALL_OPENAT, unwanted, O_RDONLY, "closer", 65533)
            _ = open_in_child(CALL_OPENAT, unwanted, O_RDONLY, "opener", 65532)
            _ = open_in_child(CALL_OPENAT, wanted, O_RDONLY, "opener", 65533)
        }
    }
}
