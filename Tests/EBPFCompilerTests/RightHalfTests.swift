// SPDX-License-Identifier: Apache-2.0

import BPFObject
import BTF
import Bytes
import Foundation
import Testing

/// Kernel halves that are near to what is refused, and right.
@Suite struct RightHalfTests {
    /// The running kernel's types, which records and arguments are compared with.
    private static let types: String? = {
        let path = "/sys/kernel/btf/vmlinux"
        return FileManager.default.isReadableFile(atPath: path) ? path : nil
    }()

    private static let structures = """
        struct task_struct: KernelType { var tgid: Int32 }
        struct bpf_iter_meta: KernelType { var seq_num: UInt64 }
        struct sock_common: KernelType { var skc_family: UInt16 }
        struct Exit: BitwiseCopyable {
            var header: UInt64
            var number: Int64
            var ret: Int32
        }

        """

    @Test(arguments: [
        // What a program may call depends on what it is attached to, not on its type alone.
        """
        @section("iter/tcp")
        func allowed(_ context: IteratorContext) -> Int32 {
            var value: Int32 = 1
            _ = bpf_setsockopt(context.address, 6, 13, &value, 4)
            return 0
        }
        """,
        """
        @section("lsm_cgroup/socket_post_create")
        func allowed(socket: UInt) -> CgroupVerdict {
            var value: Int32 = 1
            _ = bpf_setsockopt(UnsafeMutableRawPointer(bitPattern: socket), 1, 8, &value, 4)
            return .allow
        }
        """,
        // How far a walk is is always there.
        """
        @section("iter/task")
        func allowed(meta: TrustedPointer<bpf_iter_meta>, task: NullablePointer<task_struct>) {
            if let task = task.trusted { log("%d %d", Int(meta.seq_num), task.tgid) }
        }
        """,
        // What is held is given back before the program goes on with another one, or ends; where nothing is held, it may.
        """
        let records = RingBuffer<UInt64>(byteCount: 4096)
        let steps = ProgramArray<4, XDPContext>()

        @section("xdp")
        func allowed(_ context: XDPContext) -> XDPAction {
            guard let slot = records.reserve() else {
                steps.call(1, context)
                return .pass
            }
            slot.record = 5
            if context.byteCount > 100 {
                slot.submit()
                endProgram(answering: 1)
            }
            for _ in 0..<3 { if let other = records.reserve() { other.discard() } else { break } }
            slot.submit()
            steps.call(2, context)
            return .pass
        }
        """,
        // Addresses are numbers, and texts lie in the table itself.
        """
        struct Seen: BitwiseCopyable { var task: KernelPointer<task_struct>; var path: UserPointer<UInt8>; var last: KernelPointer<task_struct>? }
        let seen = HashMap<KernelPointer<task_struct>, Seen>(maxEntries: 4)
        let names: InlineArray<2, CString<8>> = [CString("read"), CString("write")]
        let first = Variable<UInt8>(0)

        @section("fentry/vfs_open")
        func allowed(_ context: FunctionContext) {
            _ = seen.lookup(KernelPointer<task_struct>(address: 3))
            first.value = names[Int(currentProcess.id & 1)][0]
        }
        """,
        // An array that never changes lies in the object with its elements.
        """
        let weights: [UInt64] = [1, 2, 3]
        let sum = Variable<UInt64>(0)

        @section("fentry/vfs_open")
        func allowed(_ context: FunctionContext) {
            sum.add(weights[Int(currentProcess.id & 1)])
        }
        """,
        // What fmod_ret answers is what a function answers, and no access.
        """
        @section("fmod_ret/security_file_open")
        func allowed(_ context: FunctionContext) -> Int32 { 0 }
        """,
        // The lower half of what a system call answers.
        """
        @section("tracepoint/syscalls/sys_exit_getpgid")
        func allowed(_ context: TracepointContext<Exit>) { log("%d", context.ret) }
        """,
    ])
    func isAllowed(_ program: String) throws {
        let (object, warnings) = try CompiledSwiftHalf.compile(Self.structures + program, btf: Self.types)
        #expect(try ObjectFile(ByteView(object)).programs.map(\.name) == ["allowed"])
        #expect(warnings == "")
    }

    @Test func nobodyIsToldWhatTheRecordsAreOfABufferThatHoldsOnesOfAnySize() throws {
        func types(_ body: String) throws -> BTF {
            let text = """
                let records = RingBuffer<UInt64>(byteCount: 4096)
                @section("tc")
                func fills(_ context: TrafficContext) -> TrafficAction {
                    \(body)
                    return .pass
                }
                """
            return try #require(try ObjectFile(ByteView(CompiledSwiftHalf.compile(text).object)).btf)
        }
        let name = MapDefinition.recordTypeName(of: "records")
        #expect(try !types("if let slot = records.reserve() { slot.record = 1; slot.submit() }").types(named: name, kinds: [.alias]).isEmpty)
        let any = "records.withRoom(byteCount: context.byteCount) { room in room.write(UInt64(1)) ? .submit : .discard }"
        #expect(try types(any).types(named: name, kinds: [.alias]).isEmpty)
    }
}
