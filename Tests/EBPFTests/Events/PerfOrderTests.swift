// SPDX-License-Identifier: Apache-2.0

@testable import EBPF
import Glibc
import Testing

/// Perf rings that a test made up: several CPUs in the order of time, and content that contradicts itself. No kernel is asked.
struct PerfOrderTests {
    /// Memory that looks like the ring of one CPU, with samples of eight bytes.
    final class FakeCPU {
        static let byteCount = 4096
        private let room = UnsafeMutableRawPointer.allocate(byteCount: 4096 + byteCount, alignment: 4096)
        let cpu: Int

        init(_ cpu: Int) {
            self.cpu = cpu
            room.initializeMemory(as: UInt8.self, repeating: 0, count: 4096 + Self.byteCount)
        }
        deinit { room.deallocate() }

        var head: UInt64 {
            get { room.load(fromByteOffset: 1024, as: UInt64.self) }
            set { room.storeBytes(of: newValue, toByteOffset: 1024, as: UInt64.self) }
        }

        func append(_ word: UInt64) {
            room.storeBytes(of: word, toByteOffset: 4096 + Int(head) % Self.byteCount, as: UInt64.self)
            head += 8
        }

        func send(_ value: UInt64, at time: UInt64) {
            let size: UInt64 = 32 << 48
            for word in [size | 9, time, (value << 32) | 12, value >> 32] { append(word) }
        }

        func lose(_ count: UInt64) {
            let size: UInt64 = 24 << 48
            for word in [size | 2, 0, count] { append(word) }
        }

        var ring: PerfRing { PerfRing(cpu: cpu, page: room, data: room + 4096, byteCount: Self.byteCount, isTimed: true) }
    }

    func drain(_ buffer: inout PerfBuffer, maximum: Int = .max) throws -> [UInt64] {
        var values: [UInt64] = []
        _ = try buffer.drain(as: UInt64.self, maximum: maximum) { values.append($0) }
        return values
    }

    @Test func samplesOfSeveralCPUsComeInTheOrderOfTime() throws {
        let cpus = [FakeCPU(0), FakeCPU(1), FakeCPU(5)]
        var buffer = PerfBuffer(cpus.map(\.ring), settlingTime: .milliseconds(1))
        var random = SplitMix(seed: 1)
        var time: UInt64 = 1
        for round in 0..<200 {
            var sent: [UInt64] = []
            for _ in 0..<30 {
                time += random.next(below: 3)
                if random.next(below: 8) == 0 { cpus[1].lose(2) }
                cpus[Int(random.next(below: 3))].send(time, at: time)
                sent.append(time)
            }
            var found = try drain(&buffer, maximum: 7)
            #expect(found.count == 7)
            found += try drain(&buffer)
            #expect(found == sent, "round \(round)")
        }
        #expect(buffer.lateRecords == 0)
        #expect(buffer.lost > 0)
        #expect(buffer.lostByCPU == [1: buffer.lost])
    }

    @Test func whatIsNotSettledWaits() throws {
        let cpu = FakeCPU(0)
        var buffer = PerfBuffer([cpu.ring], settlingTime: .milliseconds(10))
        var now = timespec()
        clock_gettime(CLOCK_MONOTONIC, &now)
        // An hour from now: a machine may have started a moment ago.
        let time = UInt64(now.tv_sec + 3600) * 1_000_000_000
        cpu.send(1, at: 5)
        cpu.send(2, at: time)
        #expect(try drain(&buffer) == [1])
        #expect(try drain(&buffer) == [])
    }

    @Test func whatComesLateIsCounted() throws {
        let cpus = [FakeCPU(0), FakeCPU(1)]
        var buffer = PerfBuffer(cpus.map(\.ring), settlingTime: .milliseconds(1))
        cpus[0].send(1, at: 100)
        #expect(try drain(&buffer) == [1])
        cpus[1].send(2, at: 50)
        cpus[0].send(3, at: 110)
        #expect(try drain(&buffer) == [2, 3])
        #expect(buffer.lateRecords == 1)
    }

    @Test(arguments: [true, false]) func aRingThatContradictsItselfIsSaid(isOrdered: Bool) throws {
        let changes: [(FakeCPU) -> Void] = [
            { $0.head = 24 }, { $0.head += 8192 }, { $0.head += 3 }, { $0.append(8000 << 48 | 9) }, { $0.append(9) }, { $0.append(12 << 48 | 9) },
        ]
        for change in changes {
            let cpu = FakeCPU(3)
            var buffer = PerfBuffer([cpu.ring], settlingTime: isOrdered ? .milliseconds(1) : nil)
            cpu.send(1, at: 1)
            #expect(try drain(&buffer) == [1])
            change(cpu)
            for _ in 0..<2 {
                let error = try #require(throws: EBPFError.self) { _ = try buffer.drain { _ in } }
                #expect(error.code == .corrupt)
                #expect(error.operation.hasSuffix("ring of CPU 3"))
            }
        }
    }
}
