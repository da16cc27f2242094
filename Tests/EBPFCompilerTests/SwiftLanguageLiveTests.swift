// SPDX-License-Identifier: Apache-2.0

import COpenCalls
import BPFObject
import Bytes
import EBPF
import Glibc
import TestImages
import Testing

/// Parts of Swift's library in a kernel half, and what they answer on the kernel.
@Suite(.enabled(if: LiveKernel.isAvailable, LiveKernel.reason))
struct SwiftLanguageTests {
    /// What a program puts into `results` when it is called with `number`.
    private func results(_ body: String, declarations: String = "", number: Int32 = 5) throws -> [Int] {
        let text = """
            let wanted = Constant<UInt32>(0)
            let results = Variable<InlineArray<8, Int>>(InlineArray(repeating: 0))
            \(declarations)
            @section("tracepoint/syscalls/sys_enter_sched_get_priority_max")
            func answers(_ context: TracepointContext<trace_event_raw_sys_enter>) -> Int32 {
                guard currentProcess.threadID == wanted.value else { return 0 }
                let x = Int(context.args[0])
                \(body)
                return 0
            }
            """
        var object = try ObjectFile(ByteView(CompiledSwiftHalf.compile(text).object))
        try object.set("wanted", to: UInt32(bitPattern: current_thread()))
        let loaded = try object.load()
        let links = try loaded.attachAll()
        _ = sched_get_priority_max(number)
        links.detach()
        let results = try loaded.value(of: "results", as: InlineArray<8, Int>.self)
        return results.indices.map { results[$0] }
    }

    private static let options = """
        struct Options: OptionSet {
            let rawValue: UInt32
            static let read = Options(rawValue: 1)
            static let write = Options(rawValue: 4)
            static let both: Options = [.read, .write]
        }
        """

    @Test func setsOfOptionsAreNumbers() throws {
        let body = """
            var options = Options(rawValue: UInt32(truncatingIfNeeded: x))
            results.value[0] = options.contains(.read) ? 1 : 0
            results.value[1] = options.isSuperset(of: .both) ? 1 : 0
            options.remove(.read)
            results.value[2] = Int(options.rawValue)
            options.insert(.read)
            options.formIntersection([.read])
            results.value[3] = Int(options.rawValue)
            results.value[4] = options.isDisjoint(with: .write) ? 1 : 0
            results.value[5] = options == [.read] ? 1 : 0
            """
        #expect(try results(body, declarations: Self.options) == [1, 1, 4, 1, 1, 1, 0, 0])
        #expect(try results(body, declarations: Self.options, number: 4) == [0, 0, 4, 1, 1, 1, 0, 0])
    }

    @Test func whatGoesOverSequencesNeedsNoHeap() throws {
        let body = """
            var sum = 0
            for kind in Kind.allCases { sum &+= kind.rawValue &* x }
            results.value[0] = sum
            (0..<5).forEach { sum &+= $0 }
            results.value[1] = sum
            sum = 0
            for (index, number) in (3..<9).enumerated() { sum &+= index &* number }
            results.value[2] = sum
            sum = 0
            for (left, right) in zip(0..<4, 4..<8) { sum &+= left &* right &* x }
            results.value[3] = sum
            results.value[4] = (0..<5).reduce(x) { $0 &+ $1 }
            results.value[5] = (1...4).contains(x) ? 1 : 0
            results.value[6] = stride(from: 0, to: 20, by: 5).reduce(0, &+)
            """
        let expected = [
            (5 + 9 + 1000) * 5, (5 + 9 + 1000) * 5 + 10, (3..<9).enumerated().reduce(0) { $0 + $1.offset * $1.element },
            zip(0..<4, 4..<8).reduce(0) { $0 + $1.0 * $1.1 * 5 }, 15, 0, 30, 0,
        ]
        #expect(try results(body, declarations: "enum Kind: Int, CaseIterable { case a = 5, b = 9, c = 1000 }") == expected)
    }

    @Test func atomicsTakeNumbersWithSigns() throws {
        let body = """
            wide.add(-3)
            narrow.add(-3)
            bare.add(-3)
            results.value[0] = Int(wide.pointer.fetchAdd(10))
            results.value[1] = Int(narrow.pointer.fetchAdd(10))
            results.value[2] = bare.pointer.exchange(1)
            results.value[3] = Int(narrow.pointer.compareExchange(7, -9))
            results.value[4] = Int(narrow.value)
            results.value[5] = Int(wide.pointer.fetchAnd(-8))
            results.value[6] = Int(wide.pointer.fetchOr(-16))
            results.value[7] = Int(wide.value)
            """
        let declarations = "let wide = Variable<Int64>(0)\nlet narrow = Variable<Int32>(0)\nlet bare = Variable<Int>(0)"
        #expect(try results(body, declarations: declarations) == [-3, -3, -3, 7, -9, 7, 0, -16])
    }

    @Test func logsTakeStringsAndTruthValues() throws {
        // That it is loaded says that the kernel takes the format and what is passed.
        let body = """
            log("%s is %d", currentProcess.command, x > 3)
            log("nothing but %%")
            results.value[0] = 1
            """
        #expect(try results(body).first == 1)
    }

    /// A page of a file that nobody has looked at is not in memory: what may not wait does not find it.
    @Test func whoMayWaitReadsWhatIsStillToBeBroughtIntoMemory() throws {
        let text = """
            struct Question: BitwiseCopyable {
                var address: UInt
                var read: UInt64 = 0
                var fetched: UInt64 = 0
            }
            @section("syscall")
            func asks(_ context: SystemCallContext<Question>) -> Int32 {
                let pointer = UserPointer<UInt64>(address: context.value.pointee.address)
                context.value.pointee.read = pointer.read() ?? 1
                context.value.pointee.fetched = pointer.fetch() ?? 2
                return 0
            }
            """
        let loaded = try ObjectFile(ByteView(CompiledSwiftHalf.compile(text).object)).load()
        let scratch = try ScratchDirectory()
        let file = open(try scratch.write(String(repeating: "a", count: 8192), to: "page"), O_RDONLY)
        defer { close(file) }
        let mapping = mmap(nil, 8192, PROT_READ, MAP_PRIVATE, file, 0)
        let page = try #require(mapping == MAP_FAILED ? nil : mapping)
        defer { munmap(page, 8192) }
        let outcome = try loaded.program("asks").run(TestRun(context: bytes(of: (UInt(bitPattern: page), UInt64(0), UInt64(0)))))
        let letters: UInt64 = 0x6161_6161_6161_6161
        #expect(outcome.context == bytes(of: (UInt(bitPattern: page), UInt64(1), letters)))
        #expect(page.load(as: UInt64.self) == letters)
    }

    @Test func textsAreComparedUpToTheirEnd() throws {
        let body = """
            let text = CString<8>("nginx")
            results.value[0] = text == "nginx" ? 1 : 0
            results.value[1] = text == "ngin" || text == "nginxx" || text == "" || text == "nginx is longer" ? 1 : 0
            results.value[2] = text.hasPrefix("ngi") && text.hasPrefix("nginx") && text.hasPrefix("") ? 1 : 0
            results.value[3] = text.hasPrefix("nginxx") || text.hasPrefix("x") || text.hasPrefix("nginx is longer") ? 1 : 0
            results.value[4] = text == CString<8>("nginx") && text != CString<8>("nginy") && text != "x" ? 1 : 0
            var full = CString<4>()
            for index in 0..<4 { full[index] = 97 }
            results.value[5] = full == "aaaa" && full != "aaa" ? 1 : 0
            var behind = text
            behind[7] = 9
            results.value[6] = behind == text ? 1 : 0
            """
        #expect(try results(body) == [1, 0, 1, 0, 1, 1, 1, 0])
    }

    @Test func largeValuesAreHandedOnFromWhereTheyLie() throws {
        let text = """
            struct Large: BitwiseCopyable { var numbers: InlineArray<100, UInt64> }
            let ring = RingBuffer<Large>(byteCount: 4096)
            let queue = QueueMap<Large>(maxEntries: 4)
            let many = HashMap<UInt32, Large>(maxEntries: 4)
            let room = PerCPUArrayMap<Large>(maxEntries: 1)
            @section("xdp")
            func copies(_ context: XDPContext) -> XDPAction {
                guard let large = room.lookup(0) else { return .pass }
                large.pointee.numbers[0] = 7
                large.pointee.numbers[99] = 9
                many.update(1, copying: large)
                queue.push(copying: large)
                ring.send(copying: large)
                guard let slot = ring.reserve() else { return .pass }
                slot.fill(copying: large)
                slot.record.numbers[0] = 8
                slot.submit()
                return .drop
            }
            """
        let loaded = try ObjectFile(ByteView(CompiledSwiftHalf.compile(text).object)).load()
        #expect(try loaded.program("copies").run(TestRun(data: [UInt8](repeating: 0, count: 64))).value == 1)
        typealias Large = InlineArray<100, UInt64>
        var seen: [[UInt64]] = []
        if let value = try HashMap<UInt32, Large>(loaded.map("many")).value(for: 1) { seen.append([value[0], value[1], value[99]]) }
        if let value = try QueueMap<Large>(loaded.map("queue")).pop() { seen.append([value[0], value[1], value[99]]) }
        var ring = try RingBuffer(loaded.map("ring"))
        try ring.drain(as: Large.self) { (value: Large) in seen.append([value[0], value[1], value[99]]) }
        #expect(seen == [[7, 0, 9], [7, 0, 9], [7, 0, 9], [8, 0, 9]])
    }
}

private func bytes<Value: BitwiseCopyable>(of value: Value) -> [UInt8] { withUnsafeBytes(of: value) { Array($0) } }
