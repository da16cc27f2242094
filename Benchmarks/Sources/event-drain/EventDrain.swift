// SPDX-License-Identifier: Apache-2.0

import EBPF
import Glibc

// event-drain ROUNDS OBJECT WAY : fills the ring of the object so many times and drains it, as events.c does with libbpf; prints the way and the median of the
// nanoseconds a record. WAY: drain (spans of the ring), typed, async (a sequence of typed records); or live, for which ROUNDS are seconds: a program
// writes from another CPU meanwhile; prints the way, records a second and how many of a million found no room.

func nanoseconds() -> UInt64 {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
}

// The C library's module leaves it out.
@_silgen_name("sched_setaffinity") func setAffinity(_ thread: Int32, _ size: Int, _ set: UnsafePointer<UInt64>) -> Int32

func pin(to cpu: Int) {
    var set: UInt64 = 1 << UInt64(cpu)
    _ = setAffinity(0, 8, &set)
}

struct Record: BitwiseCopyable, Sendable {
    var words: InlineArray<8, UInt64>
}

func fill(_ program: Program, _ count: UInt64, wakeAt: UInt64 = 0) throws -> UInt64 {
    var context: [UInt8] = []
    for part: UInt64 in [count, wakeAt, 0] { withUnsafeBytes(of: part) { context.append(contentsOf: $0) } }
    return try program.run(TestRun(context: context)).context.withUnsafeBytes { $0.loadUnaligned(fromByteOffset: 16, as: UInt64.self) }
}

@main
struct EventDrain {
    static func main() async {
        guard CommandLine.arguments.count == 4, let rounds = Int(CommandLine.arguments[1]) else { exit(64) }
        let way = CommandLine.arguments[3]
        do {
            let object = try ObjectFile(contentsOf: CommandLine.arguments[2]).load()
            if way == "live" { return try live(object, seconds: UInt64(rounds)) }
            let times = way == "async" ? try await sequence(object, rounds) : try drain(object, rounds, isTyped: way == "typed")
            print(way, times.sorted()[rounds / 2])
        } catch {
            print(error)
            exit(1)
        }
    }

    static func drain(_ object: LoadedObject, _ rounds: Int, isTyped: Bool) throws -> [Double] {
        let program = try object.program("fill")
        var stream = try RingBuffer(object.map("records"))
        var sum: UInt64 = 0
        return try (0..<rounds).map { _ in
            let sent = try fill(program, 1_000_000)
            let start = nanoseconds()
            let count =
                isTyped
                ? try stream.drain(as: Record.self) { sum &+= $0.words[0] }
                : try stream.drain { sum &+= $0.unsafeLoad(as: UInt64.self) }
            let end = nanoseconds()
            guard count == sent, sum > 0 else { exit(2) }
            return Double(end - start) / Double(count)
        }
    }

    static func sequence(_ object: LoadedObject, _ rounds: Int) async throws -> [Double] {
        let program = try object.program("fill")
        var iterator = try EventStream("records", of: object).events(as: Record.self).makeAsyncIterator()
        var sum: UInt64 = 0
        var times: [Double] = []
        for _ in 0..<rounds {
            let sent = try fill(program, 1_000_000)
            var count: UInt64 = 0
            let start = nanoseconds()
            while count < sent, let event = try await iterator.next() {
                guard case .record(let record) = event else { continue }
                sum &+= record.words[0]
                count += 1
            }
            let end = nanoseconds()
            times.append(Double(end - start) / Double(count))
        }
        guard sum > 0 else { exit(2) }
        return times
    }

    static func live(_ object: LoadedObject, seconds: UInt64) throws {
        let program = try object.program("fill")
        var ring = try RingBuffer(object.map("records"))
        var wait = try EventWait()
        try wait.add(ring, token: 0)
        let end = nanoseconds() + seconds * 1_000_000_000
        let writer = Writer(program, until: end, wakeAt: UInt64(ring.byteCount / 4))
        var thread = pthread_t()
        pthread_create(
            &thread, nil,
            { context in
                guard let context else { return nil }
                Unmanaged<Writer>.fromOpaque(context).takeUnretainedValue().run()
                return nil
            }, Unmanaged.passUnretained(writer).toOpaque())
        pin(to: 0)
        var sum: UInt64 = 0
        var count = 0
        let start = nanoseconds()
        while nanoseconds() < end {
            count += try ring.drain { sum &+= $0.unsafeLoad(as: UInt64.self) }
            _ = try wait.wait(forBytes: ring.byteCount / 4, of: 0, until: .now + .milliseconds(10))
        }
        pthread_join(thread, nil)
        count += try ring.drain { sum &+= $0.unsafeLoad(as: UInt64.self) }
        let dropped: UInt64 = try object.value(of: "records_dropped")
        guard sum > 0, UInt64(count) == writer.sent else { exit(2) }
        print("live", UInt64(count) * 1_000_000_000 / (nanoseconds() - start), dropped * 1_000_000 / (writer.sent + dropped))
    }
}

/// Runs the program again and again on the second CPU.
final class Writer {
    private let program: Program
    private let end: UInt64
    private let wakeAt: UInt64
    var sent: UInt64 = 0

    init(_ program: Program, until end: UInt64, wakeAt: UInt64) {
        self.program = program
        self.end = end
        self.wakeAt = wakeAt
    }

    func run() {
        pin(to: 1)
        while nanoseconds() < end { sent += (try? fill(program, 10_000, wakeAt: wakeAt)) ?? 0 }
    }
}
