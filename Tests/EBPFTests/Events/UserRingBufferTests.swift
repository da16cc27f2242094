// SPDX-License-Identifier: Apache-2.0

import BPFAssembly
@testable import EBPF
import Foundation
import Glibc
import Testing

/// Records from user space to programs.
@Suite(
    .enabled(if: LiveKernel.isAvailable, LiveKernel.reason),
    .enabled(if: (KernelVersion.running ?? "5.10") >= "6.1", "not run, because ring buffers of user space came with Linux 6.1"))
struct UserRingBufferTests {
    func take(_ object: LoadedObject) throws { _ = try object.program("take").run() }

    @Test func whatIsSubmittedArrivesAndTheRestIsPassedOver() throws {
        let object = try Commands.object().load()
        var ring = try UserRingBuffer(object.map("commands"))
        // Ten times around the ring.
        var sum: UInt64 = 0
        for round in 1...UInt64(2000) {
            guard var room = try ring.reserve(byteCount: 8 + Int(round % 5)) else { return #expect(Bool(false)) }
            switch round % 4 {
            case 0: room.discard()
            case 1:
                try room.submit(round)
                sum += round
            case 2:
                room.withBytes { $0.storeBytes(of: round, as: UInt64.self) }
                room.submit()
                sum += round
            default: _ = consume room
            }
            if round % 16 == 0 { try take(object) }
        }
        try take(object)
        #expect(try object.value(of: "taken", as: UInt64.self) == 1000)
        #expect(try object.value(of: "sum", as: UInt64.self) == sum)
        #expect(ring.positions.waiting == 0)
    }

    @Test func aFullRingIsSaidAndWaitedFor() throws {
        let object = try Commands.object().load()
        var ring = try UserRingBuffer(object.map("commands"))
        var count = 0
        while let room = try ring.reserve(byteCount: 120) {
            try room.submit(UInt64(count))
            count += 1
        }
        #expect(count == 32)
        #expect(ring.fullCount == 1)
        let start = SuspendingClock.now
        if try ring.reserve(byteCount: 8, until: start + .milliseconds(30)) != nil { #expect(Bool(false)) }
        #expect(SuspendingClock.now - start >= .milliseconds(30))
        let program = try object.program("take")
        Thread.detachNewThread {
            usleep(20_000)
            _ = try? program.run()
        }
        let room = try ring.reserve(byteCount: 4088, until: .now + .seconds(10))
        let isThere = room != nil
        #expect(isThere)
    }

    @Test func sizesThatNeverFitAreRefused() throws {
        let object = try Commands.object().load()
        var ring = try UserRingBuffer(object.map("commands"))
        for size in [-1, 4089, Int.max] {
            let error = try #require(throws: EBPFError.self) { _ = try ring.reserve(byteCount: size) }
            #expect(error.code == .invalid)
            #expect(error.cause == "a record of \(size) bytes was asked for, and the ring has room for 0 to 4088")
        }
        #expect(throws: EBPFError.self) { if let room = try ring.reserve(byteCount: 4) { try room.submit(UInt64(1)) } }
    }

    @Test func aRingThatContradictsItselfIsSaid() throws {
        let fake = FakeRing()
        var ring = UserRingBuffer(fake.memory, name: "fake")
        if let room = try ring.reserve(byteCount: 8) { room.submit() }
        #expect(fake.header(at: 0) == 8)
        if let room = try ring.reserve(byteCount: 8) { room.discard() }
        #expect(fake.header(at: 16) == RingMemory.discarded | 8)
        fake.consumer = 48
        #expect(throws: EBPFError.self) { _ = try ring.reserve(byteCount: 8) }
        fake.consumer = 0
        fake.producer = 8
        let error = try #require(throws: EBPFError.self) { _ = try ring.reserve(byteCount: 8) }
        #expect(error.code == .corrupt)
    }
}
