// SPDX-License-Identifier: Apache-2.0

import BPFAssembly
import COpenCalls
@testable import EBPF
import Glibc
import Testing

/// What perf buffers say of records that found no room, beside what the program has counted.
@Suite(.serialized, .enabled(if: LiveKernel.isAvailable, LiveKernel.reason))
struct PerfLossTests {
    static let isTold = LiveKernel.isSince("6.0")
    static let reason: Comment = "not run, because before Linux 6.0 the kernel tells of losses with the next record that finds room"

    /// Sends more than there is room for, on each CPU; answers how many records found none.
    private func overflow(_ loaded: LoadedObject) throws -> UInt64 {
        let before: UInt64 = try loaded.value(of: "records_dropped")
        try EachCPU.run { _ in for _ in 0..<20 { _ = getsid(4000) } }
        return try loaded.value(of: "records_dropped", as: UInt64.self) - before
    }

    @Test(.enabled(if: isTold, reason), arguments: [nil, Duration.milliseconds(1)])
    func whatIsLostBehindTheLastRecordIsKnown(settlingTime: Duration?) throws {
        let loaded = try AsyncEventTests.perfObject()
        var perf = try PerfBuffer(loaded.map("records"), byteCount: 16 * 1024, settlingTime: settlingTime)
        let links = try loaded.attachAll()
        let dropped = try overflow(loaded)
        links.detach()
        #expect(dropped > 0)
        #expect(perf.lost == dropped)
        var count = 0
        #expect(
            try EachCPU.see {
                count += try perf.drain { (_: RawSpan) in }
                return perf.lost == dropped && perf.waited.allSatisfy { $0.state == .nothing }
            })
        #expect(count > 0)
    }

    @Test(arguments: [nil, Duration.milliseconds(1)])
    func whatTheRingAndTheEventSayIsCountedOnce(settlingTime: Duration?) throws {
        let loaded = try AsyncEventTests.perfObject()
        var perf = try PerfBuffer(loaded.map("records"), byteCount: 16 * 1024, settlingTime: settlingTime)
        let links = try loaded.attachAll()
        var dropped: UInt64 = 0
        func readAll() throws -> Bool {
            try EachCPU.see {
                _ = try perf.drain { (_: RawSpan) in }
                return perf.waited.allSatisfy { $0.state == .nothing }
            }
        }
        for _ in 0..<3 {
            dropped += try overflow(loaded)
            #expect(try readAll())
            // Finds room, so that the ring says it, too.
            try EachCPU.run { _ in _ = getsid(8) }
            #expect(try readAll())
            #expect(perf.lost == dropped)
        }
        // Also where the ring is closed and opened again.
        let (online, losses) = (perf.cpus, perf.lostByCPU)
        _ = try perf.followCPUs([])
        #expect(perf.cpus.isEmpty && perf.lostByCPU == losses)
        _ = try perf.followCPUs(online)
        #expect(perf.lostByCPU == losses)
        dropped += try overflow(loaded)
        #expect(try readAll())
        try EachCPU.run { _ in _ = getsid(8) }
        #expect(try readAll())
        links.detach()
        #expect(perf.lost == dropped)
    }
}
