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
        func allowed(socket: UInt) -> Int32 {
            var value: Int32 = 1
            _ = bpf_setsockopt(UnsafeMutableRawPointer(bitPattern: socket), 1, 8, &value, 4)
            return 1
        }
        """,
        // How far a walk is is always there.
        """
        @section("iter/task")
        func allowed(meta: TrustedPointer<bpf_iter_meta>, task: NullablePointer<task_struct>) {
            if let task = task.trusted { log("%d %d", Int(meta.seq_num), task.tgid) }
        }
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
