// SPDX-License-Identifier: Apache-2.0

import COpenCalls
import BPFObject
import Bytes
import EBPF
import EBPFCompiler
import Glibc
import TestImages
import Testing

/// Whether programs can be loaded into the running kernel.
enum LiveKernel {
    static let isAvailable = geteuid() == 0
    static let reason: Comment = "not run, because loading eBPF programs needs root"
    static let types = "/sys/kernel/btf/vmlinux"
    static let hasTypes = access(types, R_OK) == 0
    static let noTypes: Comment = "not run, because this kernel has no /sys/kernel/btf/vmlinux"
}

/// Mistakes that only the verifier can see: it says at which line of the Swift source.
@Suite(.enabled(if: LiveKernel.isAvailable, LiveKernel.reason))
struct VerifierTests {
    @Test(arguments: WrongHalf.all.filter { $0.expected.kind == "verifier" })
    func theVerifiersRefusalNamesTheLine(_ half: WrongHalf) throws {
        let object = try ObjectFile(ByteView(half.compile().object))
        let error = try #require(throws: EBPFError.self) { _ = try object.load() }
        #expect(error.code == .rejected)
        #expect(error.description.contains("at \(half.name).bpf.swift:\(half.expected.line):"), "\(error)")
        #expect(error.description.contains(half.expected.text), "\(error)")
    }

    @Test func aForgottenReservationIsGivenBack() throws {
        let (bytes, _) = try CompiledSwiftHalf.compile(
            """
            let records = RingBuffer<UInt64>(byteCount: 4096)

            @section("tracepoint/syscalls/sys_enter_sched_get_priority_max")
            func forgets(_ context: TracepointContext<trace_event_raw_sys_enter>) -> Int32 {
                guard let slot = records.reserve() else { return 0 }
                slot.record = 1
                if context.args[0] == 7 { return 0 }
                slot.submit()
                return 1
            }
            """)
        _ = try ObjectFile(ByteView(bytes)).load()
    }
}

/// Fields that the declared structures have and the kernel's do not, where there is a kernel to ask.
@Suite(.enabled(if: LiveKernel.hasTypes, LiveKernel.noTypes))
struct KernelFieldTests {
    @Test(arguments: WrongHalf.all.filter { $0.expected.kind == "error" && $0.refusedBy.contains("BTF") })
    func aFieldThatTheKernelLacksIsRefusedAtItsLine(_ half: WrongHalf) throws {
        let error = try #require(throws: CompilerError.self) { _ = try half.compile(btf: LiveKernel.types) }
        expectMessage(error.reason, of: half)
        // Without a kernel to ask it compiles: another kernel may have the field.
        #expect(try !half.compile().object.isEmpty)
    }

    @Test(arguments: WrongHalf.all.filter { $0.expected.kind == "warning" })
    func aFieldOfAnotherSizeIsWarnedOfAtItsLine(_ half: WrongHalf) throws {
        expectMessage(try half.compile(btf: LiveKernel.types).warnings, of: half)
    }

    @Test func aFieldThatIsAskedForFirstMayBeMissing() throws {
        let text = """
            struct task_struct: KernelType { var never_was: Int32; var pid: Int32 }
            struct task_struct___old: KernelType { var long_ago: Int32 }

            @section("tracepoint/syscalls/sys_enter_sched_get_priority_max")
            func asks(_ context: TracepointContext<trace_event_raw_sys_enter>) -> Int32 {
                let task = currentTask(as: task_struct.self)
                if task_struct.has(\\.never_was) { return task.never_was }
                if task_struct___old.has(\\.long_ago) { return currentTask(as: task_struct___old.self).long_ago }
                return task.pid
            }
            """
        let (_, warnings) = try CompiledSwiftHalf.compile(text, btf: LiveKernel.types)
        #expect(warnings == "")
    }

    @Test(arguments: [
        // By the names of the kernel's types, and by those that the file `format` has; some of the fields, and the beginning of an array.
        ("sched/sched_process_exec", "var common: UInt64; var __data_loc_filename: UInt32; var pid: Int32; var old_pid: Int32"),
        ("sched/sched_process_exec", "var common: UInt64; var filename: UInt32; var pid: UInt32"),
        ("sched/sched_process_exec", "var common_type: UInt16; var common_flags: UInt8; var common_preempt_count: UInt8; var common_pid: Int32"),
        ("sched/sched_switch", "var common: UInt64; var prev_comm: CString<16>; var prev_pid: Int32; var mine: Int32"),
        ("sched/sched_switch", "var common: UInt64; var prev_comm: (UInt8, UInt8, UInt8, UInt8)"),
        ("syscalls/sys_enter_getpgid", "var common: UInt64; var id: Int32; var rest: Int32; var args: InlineArray<2, UInt64>"),
        ("syscalls/sys_enter_getpgid", "var common: UInt64; var number: Int64; var pid: UInt64"),
        // Of which class this one is the types do not say.
        ("sched/sched_wakeup_new", "var pid: Int32"), ("sched/no_tracepoint", "var pid: Int32"),
    ])
    func aRecordThatLiesAsInTheKernelIsTaken(tracepoint: String, fields: String) throws {
        let text = """
            struct Record: BitwiseCopyable { \(fields) }
            let seen = Variable<UInt64>(0)

            @section("tracepoint/\(tracepoint)")
            func sees(_ context: TracepointContext<Record>) { seen.add(1) }
            """
        #expect(try CompiledSwiftHalf.compile(text, btf: LiveKernel.types).warnings == "")
    }

    @Test func aRecordOfTheKernelOfWhichNothingIsReadIsTaken() throws {
        let text = """
            let seen = Variable<UInt64>(0)

            @section("tracepoint/syscalls/sys_enter_getpgid")
            func sees(_ context: TracepointContext<trace_event_raw_sys_enter>) { seen.add(1) }
            """
        #expect(try CompiledSwiftHalf.compile(text, btf: LiveKernel.types).warnings == "")
    }

    @Test func aStructureThatTheKernelDoesNotHaveIsANote() throws {
        let text = """
            struct of_a_module: KernelType { var count: Int32 }

            @section("tracepoint/syscalls/sys_enter_sched_get_priority_max")
            func reads(_ context: TracepointContext<trace_event_raw_sys_enter>) -> Int32 {
                KernelPointer<of_a_module>(address: context.args[0]).count &+ KernelPointer<of_a_module>(address: context.args[1]).count
            }
            """
        let (_, warnings) = try CompiledSwiftHalf.compile(text, btf: LiveKernel.types)
        #expect(warnings.split(separator: "\n").count == 1)
        #expect(warnings.contains(":7:"), "\(warnings)")
        #expect(warnings.contains(": note: this kernel's types have no structure 'of_a_module'"), "\(warnings)")
    }
}

/// What is computed, as the processor would. The system call is one that no other test waits for.
@Suite(.enabled(if: LiveKernel.isAvailable, LiveKernel.reason))
struct DivisionTests {
    @Test func signedDivisionGivesWhatSwiftGives() throws {
        let text = """
            let a = Constant<Int>(0)
            let b = Constant<Int>(1)
            let wanted = Constant<UInt32>(0)
            let results = Variable<InlineArray<8, Int>>(InlineArray(repeating: 0))

            @section("tracepoint/syscalls/sys_enter_sched_get_priority_max")
            func divides(_ context: TracepointContext<trace_event_raw_sys_enter>) -> Int32 {
                guard currentProcess.threadID == wanted.value else { return 0 }
                let (x, y) = (a.value, b.value)
                let place = UnsafeMutableRawPointer(results.pointer).assumingMemoryBound(to: Int.self)
                place[0] = x / y
                place[1] = x % y
                place[2] = x / 10
                place[3] = x / 8
                place[4] = Int(Int32(truncatingIfNeeded: x) / Int32(truncatingIfNeeded: y))
                place[5] = Int(Int32(truncatingIfNeeded: x) % 7)
                place[6] = Int(Int8(truncatingIfNeeded: x) / Int8(truncatingIfNeeded: y))
                place[7] = Int(Int16(truncatingIfNeeded: x) % Int16(truncatingIfNeeded: y))
                return 0
            }
            """
        let bytes = try CompiledSwiftHalf.compile(text).object
        for (x, y) in [(100, 7), (-100, 7), (100, -7), (-100, -7), (7, 100), (-1, 3), (0, -3), (9_000_000_000_000, -11), (Int.min, 7), (Int.max, -1)]
        {
            var object = try ObjectFile(ByteView(bytes))
            try object.set("a", to: x)
            try object.set("b", to: y)
            try object.set("wanted", to: UInt32(bitPattern: current_thread()))
            let loaded = try object.load()
            let links = try loaded.attachAll()
            _ = sched_get_priority_max(SCHED_OTHER)
            links.detach()
            let results = try loaded.value(of: "results", as: InlineArray<8, Int>.self)
            let (narrowX, narrowY) = (Int32(truncatingIfNeeded: x), Int32(truncatingIfNeeded: y))
            let expected = [
                x / y, x % y, x / 10, x / 8, Int(narrowX / narrowY), Int(narrowX % 7), Int(Int8(truncatingIfNeeded: x) / Int8(truncatingIfNeeded: y)),
                Int(Int16(truncatingIfNeeded: x) % Int16(truncatingIfNeeded: y)),
            ]
            #expect(results.indices.map { results[$0] } == expected, "\(x) and \(y)")
        }
    }
}

/// Functions that stay functions.
@Suite(.enabled(if: LiveKernel.isAvailable, LiveKernel.reason))
struct SubprogramTests {
    @Test func functionsCallThoseBeforeAndBehindThemAndGetTheirAnswers() throws {
        let text = """
            let wanted = Constant<UInt32>(0)
            let result = Variable<Int>(0)
            let seed = Variable<Int>(5)

            @inline(never) func first(_ x: Int, _ y: Int) -> Int { second(x &+ y, seed.value, 3) &* 10 }

            @section("tracepoint/syscalls/sys_enter_sched_get_priority_max")
            func calls(_ context: TracepointContext<trace_event_raw_sys_enter>) -> Int32 {
                guard currentProcess.threadID == wanted.value else { return 0 }
                result.value = first(seed.value, 2) &+ (third(seed.value) ? 1 : 0)
                return 0
            }

            @inline(never) func second(_ a: Int, _ b: Int, _ c: Int) -> Int { a &* 100 &+ b &* c &+ (third(b) ? 1000 : 0) }
            @inline(never) func third(_ a: Int) -> Bool { a == seed.value }
            """
        var object = try ObjectFile(ByteView(CompiledSwiftHalf.compile(text).object))
        try object.set("wanted", to: UInt32(bitPattern: current_thread()))
        let loaded = try object.load()
        let links = try loaded.attachAll()
        _ = sched_get_priority_max(SCHED_OTHER)
        links.detach()
        #expect(try loaded.value(of: "result", as: Int.self) == (7 * 100 + 5 * 3 + 1000) * 10 + 1)
    }
}
