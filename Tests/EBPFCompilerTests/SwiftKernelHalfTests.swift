// SPDX-License-Identifier: Apache-2.0

import BPFObject
import BTF
import Bytes
import TestImages
import Testing

@testable import EBPFCompiler

/// Kernel halves in Swift that must compile, and what their objects say.
@Suite struct SwiftKernelHalfTests {
    static let program = """
        @section("tracepoint/syscalls/sys_enter_getpgid")
        func first(_ context: TracepointContext<trace_event_raw_sys_enter>) -> Int32 {

        """

    private func object(_ text: String) throws -> ObjectFile {
        try ObjectFile(ByteView(CompiledSwiftHalf.compile(text).object))
    }

    /// What a variable is at first.
    private func value<Value: BitwiseCopyable>(of name: String, _ object: ObjectFile, as type: Value.Type) throws -> Value {
        let variable = try object.variable(name)
        #expect(variable.size == MemoryLayout<Value>.size)
        let contents = try #require(object.maps[variable.mapIndex].contents)
        return contents.withUnsafeBytes { $0.loadUnaligned(fromByteOffset: variable.offset, as: Value.self) }
    }

    @Test func variablesBeginAsTheyAreDeclaredWhateverTheirForm() throws {
        let half = try object(
            """
            struct Limits: BitwiseCopyable { var low: UInt16; var high: UInt64 }
            var plain: UInt64 = 7
            let wrapped = Variable<Limits>(Limits(low: 3, high: 9))
            var numbers: InlineArray<4, UInt32> = InlineArray(repeating: 5)
            let constant = Constant<UInt128>(0xFFFF_FFFF_FFFF_FFFF)
            \(Self.program)
                plain &+= UInt64(numbers[1]) &+ UInt64(truncatingIfNeeded: constant.value)
                numbers[0] &+= 1
                wrapped.value.high &+= plain
                return 0
            }
            """)
        #expect(try value(of: "plain", half, as: UInt64.self) == 7)
        #expect(try value(of: "numbers", half, as: InlineArray<4, UInt32>.self)[3] == 5)
        #expect(try value(of: "constant", half, as: UInt128.self) == 0xFFFF_FFFF_FFFF_FFFF)
    }

    @Test(arguments: [
        "currentTask(as: task_struct.self).pointee.pid",
        "currentTask(as: task_struct.self).numbers[4]",
        "context.inner.low",
    ])
    func structuresOfTheKernelAreReadOnlyWhereTheyLieThere(_ read: String) {
        #expect(throws: (any Error).self) {
            try object(
                """
                struct Inner: BitwiseCopyable { var low: UInt32; var high: UInt32 }
                struct task_struct: KernelType { var pid: UInt32; var numbers: InlineArray<4, UInt32>; var inner: Inner }
                let total = Variable<UInt32>(0)
                @section("tracepoint/syscalls/sys_enter_getpgid")
                func first(_ context: TracepointContext<task_struct>) -> Int32 {
                    total.value = \(read)
                    return 0
                }
                """)
        }
    }

    @Test func fieldsOfStructuresInArraysAreFound() throws {
        let half = try object(
            """
            struct rlimit: KernelType { var rlim_max: UInt }
            struct signal_struct: KernelType { var rlim: InlineArray<16, rlimit> }
            struct task_struct: KernelType { var signal: KernelPointer<signal_struct> }
            let total = Variable<UInt>(0)
            \(Self.program)
                total.value = currentTask(as: task_struct.self).signal.rlim[7].rlim_max
                return 0
            }
            """)
        #expect(half.needsKernelTypes)
    }

    @Test func namesThatBeginLikeTheCompilersOwnAreCalledAndSet() throws {
        let half = try object(
            """
            let ebpfTotal = Variable<UInt64>(0)
            @inline(never) func ebpfNote(_ number: UInt64) { ebpfTotal.add(number) }
            \(Self.program)
                ebpfNote(UInt64(context.args[0]))
                return 0
            }
            """)
        let code = try half.assemble(half.programs[0])
        #expect(code.functions.count == 2, "the subprogram is called")
    }

    @Test func aSwitchAndATextWithAnAtSignAreNothingSpecial() throws {
        let half = try object(
            """
            \(Self.program)
                switch context.args[0] {
                case 0: log("zero @ %d, !really", currentCPU)
                case 1: log("one")
                case 2: log("two")
                case 5: return 5
                default: return 1
                }
                return 0
            }
            """)
        #expect(half.programs.map(\.name) == ["first"])
    }

    @Test(arguments: [
        ("xdp", "XDPContext", "XDPAction", ProgramType.xdp), ("tc", "TrafficContext", "TrafficAction", ProgramType.schedCLS),
        ("tcx/ingress", "TrafficContext", "TrafficAction", ProgramType.schedCLS),
        ("netkit/primary", "TrafficContext", "TrafficAction", ProgramType.schedCLS),
    ])
    func whatBecomesOfAPacketIsAnAnswer(section: String, context: String, action: String, type: ProgramType) throws {
        let half = try object(
            """
            @section("\(section)")
            func first(_ context: \(context)) -> \(action) {
                var packet = context.packet
                guard let length = packet.read(UInt16.self), packet.skip(UInt32(length.pointee)), packet.peek(UDPHeader.self) != nil else { return .pass }
                return .drop
            }
            """)
        #expect(half.programs.map(\.type) == [type])
    }

    @Test func anEnumerationIsNoAnswerSinceItIsAByte() {
        let error = #expect(throws: CompilerError.self) {
            try object(
                """
                enum Action: Int32 { case aborted, drop, pass }
                @section("xdp")
                func first(_ context: XDPContext) -> Action { context.receiveQueue == 0 ? .drop : .pass }
                """)
        }
        #expect(error?.description.contains("must answer a number") == true)
    }

    @Test func twoCompilationsGiveTheSameBytes() throws {
        let text = "let counts = HashMap<UInt32, UInt64>(maxEntries: 8)\n" + Self.program + "counts.update(1, 2); return 0 }"
        #expect(try CompiledSwiftHalf.compile(text).object == CompiledSwiftHalf.compile(text).object)
    }

    @Test(arguments: [
        ("GPL-2.0-only OR MIT", "Dual MIT/GPL"), ("(MIT OR GPL-2.0-or-later)", "Dual MIT/GPL"), ("BSD-3-Clause OR GPL-2.0", "Dual BSD/GPL"),
        ("GPL-2.0-only", "GPL v2"), ("Apache-2.0 OR GPL-2.0-only", "GPL v2"), ("Apache-2.0", "Apache-2.0"),
        ("GPL-2.0 WITH Linux-syscall-note", "GPL v2"), ("(GPL-2.0-only WITH Linux-syscall-note) OR MIT", "Dual MIT/GPL"),
        ("MIT AND GPL-2.0-only", "GPL v2"), ("MIT AND Apache-2.0", "MIT AND Apache-2.0"),
        ("Apache-2.0 WITH LLVM-exception", "Apache-2.0 WITH LLVM-exception"),
    ])
    func aLicenceIsWhatTheKernelCallsIt(identifier: String, name: String) {
        #expect(SourceLicense.kernelName(identifier[...]) == name)
    }

    @Test(arguments: [
        "// SPDX-License-Identifier: GPL-2.0-only\nimport EBPFKernel\n",
        "// SPDX-License-Identifier: GPL-2.0-only\r\nimport EBPFKernel\r\nlet a = 1\r\n",
        "/* SPDX-License-Identifier: GPL-2.0-only */\nimport EBPFKernel\n", "/*\r\n * SPDX-License-Identifier: GPL-2.0-only\r\n */\r\n",
        "import EBPFKernel\n\n    // SPDX-License-Identifier: GPL-2.0-only  ",
    ])
    func theLicenceStandsInALineOfAComment(text: String) throws {
        #expect(try SourceLicense.find(in: [KernelHalfSource(path: "/a/Half.swift", text: text)]) == "GPL v2")
    }

    @Test func whatIsNoCommentStatesNoLicence() {
        let text = "let text = \"// SPDX-License-Identifier: GPL-2.0-only\"\n"
        #expect(throws: CompilerError.self) { try SourceLicense.find(in: [KernelHalfSource(path: "/a/Half.swift", text: text)]) }
    }

    @Test func linesEndAsOnWindowsToo() throws {
        #expect("a\r\nb\n\r\nc".lines == ["a", "b", "", "c"])
        let source = KernelHalfSource(path: "/a/Half.swift", text: "// actor\r\n/* await\r\n*/\r\n  actor X\r\n")
        #expect(SourceWords.concurrency(in: [source])?.position == SourcePosition(file: "/a/Half.swift", line: 4, column: 3))
        let output = "/a/half.swift:3:5: error: cannot find 'x' in scope\n    x()\r\n    ^\n/a/half.swift:9:1: warning: never used\n"
        #expect(SwiftMessage.readable(output).contains("\n/a/half.swift:9:1: warning: never used\n"))
    }

    @Test func aHalfWithLinesAsOnWindowsIsCompiledWithItsLicence() throws {
        let scratch = try ScratchDirectory()
        let text = """
            // SPDX-License-Identifier: GPL-2.0-only
            import EBPFKernel

            @section("xdp")
            func first(_ context: XDPContext) -> XDPAction { .pass }

            """
        let source = try scratch.write(text.replacing("\n", with: "\r\n"), to: "Half.swift")
        #expect(try ObjectFile(ByteView(CompiledSwiftHalf.compile([source], name: "Half").object)).license == "GPL v2")
    }

    @Test func whatAFunctionOfTheKernelAnswersIsAPointerInItsType() throws {
        let half = try object(
            """
            struct task_struct: KernelType { var tgid: Int32 }
            let found = Variable<Int32>(0)

            @section(".ksyms") @inline(never) @_optimize(none)
            func bpf_task_search(_ id: Int32) -> NullablePointer<task_struct> { kernelFunction() }

            @section("syscall")
            func first(_ context: SystemCallContext<UInt64>) -> Int32 {
                if let task = bpf_task_search(1).trusted { found.value = task.tgid }
                return 0
            }
            """)
        let types = try #require(half.btf)
        let id = try #require(types.types(named: "bpf_task_search", kinds: [.function]).first)
        guard case .function(_, let prototype, _) = try types.type(id), case .prototype(let result, _) = try types.type(prototype),
            case .pointer(let pointee) = try types.type(result)
        else { throw Unexpected("no pointer") }
        #expect(try types.name(of: pointee) == "task_struct")
    }

    @Test(arguments: [("tracepoint/a/b", 0), ("cgroup_skb/egress", 1), ("xdp", 2), ("?xdp", 2), ("lsm/file_open", 0), ("socket", -1)])
    func whatTrapsAnswersWhatDoesLeastHarm(section: String, answer: Int) {
        #expect(SafeResult.ofProgram(section) == answer)
    }

    @Test(arguments: [
        ("xdp", "XDPContext", "XDPAction", ".pass"), ("tc", "TrafficContext", "TrafficAction", ".pass"),
        ("cgroup_skb/egress", "CgroupPacketContext", "CgroupVerdict", ".allow"), ("socket", "SocketFilterContext", "SocketVerdict", ".keep"),
        ("sockops", "SocketEventContext", "CgroupVerdict", ".allow"), ("sk_skb/stream_verdict", "StreamContext", "StreamVerdict", ".pass"),
        ("sk_msg", "MessageContext", "StreamVerdict", ".pass"), ("lwt_in", "TunnelContext", "TunnelAction", ".proceed"),
        ("flow_dissector", "FlowDissectorContext", "TunnelAction", ".proceed"), ("raw_tp/sched_switch", "RawTracepointContext", "Int32", "0"),
        ("uprobe", "ProbeContext", "Int32", "0"), ("perf_event", "PerfEventContext", "Int32", "0"),
    ])
    func programsOfEveryKindStandInAnArrayFromTheStart(section: String, context: String, answer: String, value: String) throws {
        let half = try object(
            """
            let steps = ProgramArray<3, \(context)>([.none, .init(second), .none])
            @section("\(section)")
            func first(_ context: \(context)) -> \(answer) {
                steps.call(1, context)
                return \(value)
            }
            @section("\(section)")
            func second(_ context: \(context)) -> \(answer) { \(value) }
            """)
        let steps = half.maps[try half.mapIndex("steps")]
        let program = try #require(half.programs.firstIndex { $0.name == "second" })
        #expect(steps.type == .programArray)
        #expect(steps.initialValues == [MapDefinition.InitialValue(index: 1, target: .program(program))])
    }

    @Test func aMemberRightBehindAStructuresLastOneLiesThereInCToo() throws {
        let half = try object(
            """
            struct Inner: BitwiseCopyable { var wide: UInt64; var narrow: UInt8 }
            struct Middle: BitwiseCopyable { var flag: UInt16; var inner: Inner }
            struct Outer: BitwiseCopyable { var inner: Inner; var behind: UInt8; var middle: Middle; var last: UInt8; var maybe: UInt32?; var end: UInt8 }
            let outer = HashMap<UInt32, Outer>(maxEntries: 8)
            let inner = HashMap<UInt32, Inner>(maxEntries: 8)
            \(Self.program)
                if let value = outer.lookup(1) { value.pointee.behind = 1 }
                if let value = inner.lookup(1) { value.pointee.narrow = 1 }
                return 0
            }
            """)
        var printer = CPrinter(try #require(half.btf))
        var text: [UInt8] = []
        while try printer.append(to: &text) {}
        // What Swift says: MemoryLayout<Outer>.offset(of:).
        let places = [("behind", 9), ("middle", 16), ("last", 33), ("maybe", 36), ("end", 41)]
        let checks = places.map { "_Static_assert(__builtin_offsetof(struct Outer, \($0.0)) == \($0.1), \"\($0.0)\");\n" }.joined()
        let sizes = "_Static_assert(sizeof(struct Inner) == 16 && sizeof(struct Outer) == 48, \"sizes\");\n"
        #expect(try Toolchain.complaints(about: text + Array((checks + sizes).utf8)) == "")
    }
}
