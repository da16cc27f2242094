// SPDX-License-Identifier: Apache-2.0

import COpenCalls
import CTwinEvents
import EBPF
import struct EBPFKernel.CString
import Glibc
import Testing

/// Both halves of each pair see the same events of this thread, and must have the same to say of them, and what is right.
@Suite(.serialized, .enabled(if: LiveKernel.isAvailable, LiveKernel.reason))
struct TwinTests {
    var process: UInt32 { UInt32(bitPattern: getpid()) }
    var thread: UInt32 { UInt32(bitPattern: current_thread()) }

    /// What the files of these tests are named after.
    func withFile<Answer>(_ body: (Int32) throws -> Answer) throws -> Answer {
        var path = Array("/tmp/ebpf-twins-XXXXXX".utf8CString)
        let file = mkstemp(&path)
        try #require(file >= 0)
        unlink(path)
        defer { close(file) }
        return try body(file)
    }

    @Test func countsOfCallsByProcess() throws {
        let loaded = try Twin.counting.run { for _ in 0..<7 { _ = getpgid(0) } }
        let counts = try loaded.each { try $0.map("counts").value(for: process, as: UInt64.self) }
        #expect(counts.c == 7)
        #expect(counts.swift == 7)
    }

    @Test func sizesOfReadsByPowersOfTwo() throws {
        let sizes = [0, 1, 2, 3, 4, 7, 8, 255, 256, 257, 4095, 4096, 65535, 65536, 70_000]
        let loaded = try withFile { file in
            ftruncate(file, 1 << 20)
            return try Twin.histogram.run {
                var room = [UInt8](repeating: 0, count: 70_000)
                for size in sizes { #expect(pread(file, &room, size, 0) == size) }
            }
        }
        var expected = [UInt64](repeating: 0, count: 32)
        for size in sizes where size > 0 { expected[Int.bitWidth - 1 - size.leadingZeroBitCount] += 1 }
        let slots = try loaded.each { loaded in try (0..<32).map { try loaded.map("sizes").value(for: UInt32($0), as: UInt64.self) } }
        #expect(slots.c == expected)
        #expect(slots.swift == expected)
    }

    struct Call: BitwiseCopyable {
        var duration: UInt64
        var process: UInt32
        var thread: UInt32
        var which: UInt32
        var who: UInt32
        var result: Int64
    }

    @Test func timesOfCallsWithWhatWasAskedAndAnswered() throws {
        var c: [Call] = []
        var swift: [Call] = []
        let asked: [(which: Int32, who: Int32)] = [(0, 0), (0, getpid()), (1, 0), (7, 3), (0, -2)]
        let loaded = try Twin.latency.run {
            for (which, who) in asked { ask_priority(which, who) }
        }
        try EventStream.read("calls", of: loaded.c) { c.append($0) }
        try EventStream.read("calls", of: loaded.swift) { swift.append($0) }
        #expect(c.count == asked.count && swift.count == asked.count)
        for (first, second) in zip(c, swift) {
            #expect(first.process == process && second.process == process)
            #expect(first.thread == thread && second.thread == thread)
            #expect(first.which == second.which && first.who == second.who)
            #expect(first.result == second.result)
            #expect(first.duration > 0 && second.duration > 0)
        }
        #expect(c.map(\.which) == asked.map { UInt32(bitPattern: $0.which) })
        #expect(c.map(\.who) == asked.map { UInt32(bitPattern: $0.who) })
        #expect(c.first.map { $0.result > 0 } == true)
        #expect(c[3].result == -Int64(EINVAL))
        // What one event left for the other is gone.
        let left = try loaded.each { try $0.map("begun").remove(thread) }
        #expect(!left.c && !left.swift)
    }

    @Test(arguments: [("", true), ("twin", true), ("twin of c", true), ("twin of d", false), ("twin of c and sw", false), ("other", false)])
    func commandsWhoseNamesBeginInACertainWay(prefix: String, matches: Bool) throws {
        var previous = [CChar](repeating: 0, count: 16)
        read_thread_name(&previous)
        name_thread("twin of c")
        defer { name_thread(previous) }
        let loaded = try Twin.command.run {
            try $0.set("prefix", to: CString<16>(prefix))
            try $0.set("length", to: UInt32(prefix.utf8.count))
        } events: {
            for _ in 0..<3 { _ = getsid(0) }
        }
        let matching = try loaded.each { try $0.value(of: "matching", as: UInt64.self) }
        let others = try loaded.each { try $0.value(of: "others", as: UInt64.self) }
        #expect(matching.c == (matches ? 3 : 0) && matching.swift == matching.c)
        #expect(others.c == (matches ? 0 : 3) && others.swift == others.c)
    }

    struct Request: BitwiseCopyable {
        var time: UInt64
        var process: UInt32
        var size: Int32
        var path: CString<128>
    }

    @Test func filesBelowADirectoryAndNoOthers() throws {
        let long = "/usr/" + String(repeating: "x", count: 200)
        let paths = ["/usr/bin", "/", "", "/usr", "/usr/", "/us", "/var/usr/", "/usr/lib/none", long]
        let loaded = try Twin.paths.run {
            try $0.set("directory", to: CString<32>("/usr/"))
            try $0.set("length", to: UInt32(5))
        } events: {
            for path in paths { path.withCString { ask_for_file($0) } }
            // Nothing that could be read.
            ask_for_file(UnsafeRawPointer(bitPattern: 8))
        }
        let records = try loaded.each { loaded in
            var records: [Request] = []
            try EventStream.read("requests", of: loaded) { records.append($0) }
            return records
        }
        let expected = ["/usr/bin", "/usr/", "/usr/lib/none", String(long.prefix(127))]
        #expect(records.c.map { $0.path.description } == expected)
        #expect(records.swift.map { $0.path.description } == expected)
        #expect(records.c.map(\.size) == expected.map { Int32($0.utf8.count + 1) })
        #expect(records.c.map(\.size) == records.swift.map(\.size))
        #expect(records.c.allSatisfy { $0.process == process && $0.time > 0 })
        #expect(records.swift.allSatisfy { $0.process == process && $0.time > 0 })
        let elsewhere = try loaded.each { try $0.value(of: "elsewhere", as: UInt64.self) }
        #expect(elsewhere.c == UInt64(paths.count - expected.count + 1))
        #expect(elsewhere.swift == elsewhere.c)
    }

    struct Ancestry: BitwiseCopyable {
        var thread: Int32
        var process: Int32
        var parent: Int32
        var grandparent: Int32
        var stack: UInt64
        var arguments: UInt64
        var began: UInt64
        var level: UInt32
        var priority: Int32
        var command: CString<16>
    }

    @Test func whatTheKernelKnowsOfAThread() throws {
        let loaded = try Twin.ancestry.run { _ = getpgid(0) }
        let found = try loaded.each { try #require(try $0.map("found").value(for: thread, as: Ancestry.self)) }
        #expect(bytes(of: found.c) == bytes(of: found.swift))
        #expect(found.swift.thread == current_thread())
        #expect(found.swift.process == getpid())
        #expect(found.swift.parent == getppid())
        #expect(found.swift.grandparent >= 0)
        #expect(found.swift.stack > 0 && found.swift.arguments > 0 && found.swift.began > 0)
        #expect(found.swift.priority > 0)
        // The name of the thread that started this process, which need not be that of its process.
        #expect(!found.swift.command.description.isEmpty)
    }

    struct State: BitwiseCopyable {
        var calls: UInt64
        var last: UInt64
        var previous: UInt32
        var repeated: Bool
        var padding: (UInt8, UInt8, UInt8) = (0, 0, 0)
    }

    @Test func theStateOfAThreadIsKept() throws {
        for (asked, repeated) in [([1], false), ([1, 1], true), ([1, 2], false), ([5, 5, 9, 9], true)] {
            let loaded = try Twin.recent.run { for number in asked { _ = getsid(pid_t(number)) } }
            let states = try loaded.each { try #require(try $0.map("states").value(for: thread, as: State.self)) }
            for state in [states.c, states.swift] {
                #expect(state.calls == asked.count)
                #expect(state.previous == asked.last.map(UInt32.init))
                #expect(state.repeated == repeated)
                #expect(state.last > 0)
            }
        }
    }

    struct Sum: BitwiseCopyable {
        var calls: UInt64
        var bytes: UInt64
        var largest: UInt64
    }

    @Test func sumsOfWhatEachCPUHasSeen() throws {
        let sizes = [1, 100, 0, 4096, 77]
        try withFile { file in
            let loaded = try Twin.sums.run {
                let bytes = [UInt8](repeating: 0, count: 4096)
                for size in sizes { #expect(pwrite(file, bytes, size, 0) == size) }
            }
            let sums = try loaded.each { try #require(try $0.map("sums").values(for: UInt32(0), as: Sum.self)) }
            let files = try loaded.each { try #require(try $0.map("files").values(for: UInt32(file), as: UInt64.self)) }
            for sums in [sums.c, sums.swift] {
                #expect(sums.reduce(0) { $0 + $1.calls } == UInt64(sizes.count))
                #expect(sums.reduce(0) { $0 + $1.bytes } == 4274)
                #expect(sums.map(\.largest).max() == 4096)
            }
            // They ran on the same CPUs, one behind the other.
            #expect(sums.c.map(\.bytes) == sums.swift.map(\.bytes))
            #expect(files.c == files.swift)
            #expect(files.c.reduce(0, +) == 4274)
            #expect(try loaded.c.map("files").values(for: UInt32(9999), as: UInt64.self) == nil)
        }
    }

    struct Limits: BitwiseCopyable {
        var lowest: UInt32
        var highest: UInt32
        var step: UInt16
        var inclusive: Bool
        var padding: UInt8 = 0
    }

    @Test(arguments: [nil, Limits(lowest: 5, highest: 20, step: 3, inclusive: true)])
    func whatUserSpaceSetsIsWhatTheProgramsSee(limits: Limits?) throws {
        let values: [UInt32] = [0, 1, 5, 10, 19, 20, 21]
        let loaded = try Twin.settings.run {
            guard let limits else { return }
            try $0.set("limits", to: limits)
            try $0.set("offset", to: Int64(7))
            try $0.set("flags", to: UInt8(2))
            try $0.set("sum", to: Int64(-1000))
        } events: {
            for value in values { _ = getsid(pid_t(value)) }
        }
        let used = limits ?? Limits(lowest: 1, highest: 10, step: 1, inclusive: false)
        let inside = values.filter { $0 >= used.lowest && ($0 < used.highest || $0 == used.highest && used.inclusive) }
        let sum = inside.reduce(limits == nil ? 100 : -1000) { $0 + Int64($1) * Int64(used.step) + (limits == nil ? -5 : 7) }
        for loaded in [loaded.c, loaded.swift] {
            #expect(try loaded.value(of: "inside", as: UInt64.self) == UInt64(inside.count))
            #expect(try loaded.value(of: "sum", as: Int64.self) == sum)
            #expect(try loaded.value(of: "last", as: UInt32.self) == (limits == nil ? 0 : 20))
        }
    }

    @Test func aProgramThatUserSpaceTurnedOffDoesNothing() throws {
        let loaded = try Twin.settings.run {
            try $0.set("enabled", to: false)
        } events: {
            _ = getsid(5)
        }
        let inside = try loaded.each { try $0.value(of: "inside", as: UInt64.self) }
        #expect(inside.c == 0 && inside.swift == 0)
    }

    struct Question: BitwiseCopyable {
        var time: UInt64
        var process: UInt32
        var user: UInt32
        var asked: Int32
        var command: CString<16>
    }

    @Test func recordsThroughTheBuffersOfEachCPU() throws {
        let asked: [Int32] = [0, 1, 424242, -7]
        var c: [Question] = []
        var swift: [Question] = []
        // Records go nowhere where nobody listens, so the readers are there first.
        let loaded = try Twin.records.load()
        var first = try EventStream("questions", of: loaded.c)
        var second = try EventStream("questions", of: loaded.swift)
        try loaded.whileAttached { for number in asked { _ = getpgid(number) } }
        _ = try first.drain(as: Question.self) { c.append($0) }
        _ = try second.drain(as: Question.self) { swift.append($0) }
        c.sort { $0.time < $1.time }
        swift.sort { $0.time < $1.time }
        for questions in [c, swift] {
            #expect(questions.map(\.asked) == asked)
            #expect(questions.allSatisfy { $0.process == process && $0.user == geteuid() })
        }
        #expect(c.map { $0.command.description } == swift.map { $0.command.description })
        #expect(c.first?.command.description.isEmpty == false)
        #expect(try first.dropped() == 0)
        #expect(try second.dropped() == 0)
    }

    struct Birth: BitwiseCopyable {
        var parent: Int32
        var child: Int32
        var thread: Int32
        var grandparent: Int32
        var age: UInt64
        var command: CString<16>
    }

    @Test func whichProcessMakesWhich() throws {
        var children: [pid_t] = []
        let loaded = try Twin.forks.run {
            for _ in 0..<3 {
                var child: pid_t = 0
                let status = "/bin/true".withCString { path in
                    var arguments: [UnsafeMutablePointer<CChar>?] = [UnsafeMutablePointer(mutating: path), nil]
                    return posix_spawn(&child, path, nil, nil, &arguments, nil)
                }
                try #require(status == 0)
                children.append(child)
                var ended: Int32 = 0
                waitpid(child, &ended, 0)
            }
        }
        let births = try loaded.each { loaded in
            var births: [Birth] = []
            try EventStream.read("births", of: loaded) { births.append($0) }
            return births
        }
        #expect(births.c.map(\.child) == children)
        #expect(births.c.map(bytes) == births.swift.map(bytes))
        for birth in births.swift {
            #expect(birth.parent == getpid())
            #expect(birth.grandparent == getppid())
            #expect(birth.thread == birth.child)
            #expect(birth.age > 0)
            #expect(birth.command.description == text(of: open("/proc/thread-self/comm", O_RDONLY)).dropLast())
        }
    }

    @Test func everyCallByWhatItIsAbout() throws {
        let loaded = try Twin.calls.run {
            for _ in 0..<5 { _ = getpgid(0) }
            for _ in 0..<3 { _ = getsid(0) }
            for _ in 0..<2 { _ = close(-1) }
            var byte: UInt8 = 0
            for _ in 0..<4 { _ = pread(-1, &byte, 1, 0) }
            for _ in 0..<6 { _ = pwrite(-1, &byte, 1, 0) }
        }
        let kinds = try loaded.each { loaded in try (1..<8).map { try loaded.map("kinds").value(for: UInt32($0), as: UInt64.self) ?? 99 } }
        // The calls that attach and detach, and the runtime's own, are seen by one more or less than the other; of these kinds there are none.
        #expect(kinds.c[0] == 4 && kinds.swift[0] == 4)
        #expect(kinds.c[1] == 6 && kinds.swift[1] == 6)
        #expect(kinds.c[2] == 0 && kinds.swift[2] == 0)
        #expect(kinds.c[3] >= 2 && kinds.swift[3] >= 2)
        #expect(kinds.c[4] == 8 && kinds.swift[4] == 8)
        #expect(kinds.c[5...] == [0, 0] && kinds.swift[5...] == [0, 0])
    }

    struct Thresholds: BitwiseCopyable {
        var count: UInt32
        var limits: InlineArray<16, UInt32>
        var hits: InlineArray<16, UInt64> = .init(repeating: 0)
    }

    @Test(arguments: [0, 1, 7, 16, 4_000_000_000] as [UInt32])
    func theIntervalThatANumberFallsInto(count: UInt32) throws {
        let values: [UInt32] = [0, 9, 10, 11, 55, 100, 159, 160, 1000]
        let loaded = try Twin.thresholds.run(
            begin: { try $0.map("table").update(UInt32(0), to: Thresholds(count: count, limits: .init { UInt32($0 + 1) * 10 })) },
            events: { for value in values { _ = getsid(pid_t(value)) } })
        var expected = [UInt64](repeating: 0, count: 16)
        for value in values where value / 10 < min(count, 16) { expected[Int(value / 10)] += 1 }
        let hits = try loaded.each { loaded in
            let hits = try #require(try loaded.map("table").value(for: UInt32(0), as: Thresholds.self)).hits
            return hits.indices.map { hits[$0] }
        }
        #expect(hits.c == expected)
        #expect(hits.swift == expected)
    }

    struct Key: BitwiseCopyable {
        var process: UInt32
        var which: UInt16
        var negative: UInt8
        var spare: UInt8 = 0
        var who: UInt64
    }

    struct Statistics: BitwiseCopyable, Equatable {
        var calls: UInt64
        var lowest: Int64
        var highest: Int64
    }

    @Test func statisticsByAKeyOfSeveralParts() throws {
        let loaded = try Twin.pairs.run { for who in [3, 19, 35, -13, -29, 4, 3] as [Int32] { ask_priority(0, who) } }
        let expected: [(key: Key, value: Statistics)] = [
            (Key(process: process, which: 0, negative: 0, who: 3), Statistics(calls: 4, lowest: 3, highest: 35)),
            (Key(process: process, which: 0, negative: 1, who: 3), Statistics(calls: 2, lowest: -29, highest: -13)),
            (Key(process: process, which: 0, negative: 0, who: 4), Statistics(calls: 1, lowest: 4, highest: 4)),
        ]
        for (key, value) in expected {
            let found = try loaded.each { try $0.map("pairs").value(for: key, as: Statistics.self) }
            #expect(found.c == value)
            #expect(found.swift == value)
        }
    }

    struct Knowledge: BitwiseCopyable {
        var state: UInt64
        var size: UInt64
        var output: UInt64
        var reset: Int32
        var migration: Int32
        var has_state: Bool
        var has_field: Bool
        var has_type: Bool
        var has_case: Bool
        var padding: UInt32 = 0
    }

    @Test func whatThisKernelHas() throws {
        for resets in [false, true] {
            try #require(reset_policy_on_fork(resets ? 1 : 0) == 0)
            defer { _ = reset_policy_on_fork(0) }
            let loaded = try Twin.kernels.run { _ = getpgid(0) }
            let known = try loaded.each { try #require(try $0.map("known").value(for: UInt32(0), as: Knowledge.self)) }
            #expect(bytes(of: known.c) == bytes(of: known.swift))
            // A bit of an unsigned field.
            #expect(known.swift.reset == (resets ? 1 : 0))
            #expect(known.swift.output == 130)
            #expect(known.swift.state == 0)
            let types = try KernelTypes.running()
            let task = try #require(types.types(named: "task_struct", kinds: [.structure]).first)
            #expect(known.swift.size == UInt64(try types.byteCount(of: task)))
            guard case .composite(let fields) = try types.type(task) else { throw CancellationError() }
            #expect(known.swift.has_state == fields.members.contains { $0.name == "__state" })
            #expect(known.swift.has_field == false)
            #expect(known.swift.has_type == false && known.swift.has_case == false)
        }
    }

    @Test(.enabled(if: LiveKernel.hasAtomicsThatAnswer, "not run, because atomics that answer need Linux 5.12"))
    func turnsAreTakenInOneStep() throws {
        let loaded = try Twin.turns.run { for number in [7, 3, 7, 40] as [pid_t] { _ = getsid(number) } }
        for loaded in [loaded.c, loaded.swift] {
            #expect(try loaded.value(of: "ticket", as: UInt64.self) == 9)
            #expect(try loaded.value(of: "owner", as: UInt64.self) == 7)
            #expect(try loaded.value(of: "losers", as: UInt64.self) == 3)
            #expect(try loaded.value(of: "seen", as: UInt64.self) == 1 << 7 | 1 << 3 | 1 << 40)
            #expect(try loaded.value(of: "remaining", as: UInt32.self) == ~(1 << 7))
            #expect(try loaded.value(of: "latest", as: UInt64.self) == 47)
        }
    }

    @Test func linesOfTheKernelsTrace() throws {
        let number: pid_t = 400_000 + pid_t.random(in: 0..<100_000)
        let loaded = try Twin.log.run { for _ in 0..<2 { _ = getpgid(number) } }
        let written = try loaded.each { try $0.value(of: "written", as: UInt64.self) }
        #expect(written.c == 2 && written.swift == 2)
        let trace = open_trace()
        try #require(trace >= 0)
        let lines = text(of: trace).split(separator: "\n").compactMap { $0.split(separator: ": ").last }
        #expect(lines.count { $0.hasPrefix("twin \(getpid()) asks about \(number) on ") } == 4)
    }
}

/// What can be read from a descriptor, which is closed.
func text(of file: Int32) -> String {
    defer { close(file) }
    var text: [UInt8] = []
    var part = [UInt8](repeating: 0, count: 65536)
    while true {
        let count = read(file, &part, part.count)
        guard count > 0 else { return String(decoding: text, as: UTF8.self) }
        text += part[..<count]
    }
}

/// The bytes of a value, to be compared.
func bytes(of value: some BitwiseCopyable) -> [UInt8] { withUnsafeBytes(of: value) { Array($0) } }

extension EventStream {
    /// Hands on all records that are there.
    static func read<Record: BitwiseCopyable>(_ name: String, of object: LoadedObject, _ body: (Record) -> Void) throws {
        var stream = try EventStream(name, of: object)
        _ = try stream.drain(as: Record.self) { body($0) }
        #expect(try stream.dropped() == 0)
    }
}
