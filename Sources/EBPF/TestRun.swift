// SPDX-License-Identifier: Apache-2.0

import BPFObject
import CLinux
import Glibc

/// What a program is run with, without an event (BPF_PROG_TEST_RUN).
public struct TestRun: Sendable {
    /// The packet or other data that the program sees; programs of the network stack take at least 14 bytes.
    public var data: [UInt8]
    /// The context, for kinds that take one: `struct __sk_buff`, `struct xdp_md` (Linux 5.15), the arguments of a raw tracepoint, what a `syscall` program wants.
    public var context: [UInt8]
    /// How often it is run.
    public var count: UInt32
    /// How many bytes of room there is for the data that it leaves; `nil` for as many as it gets and 256 more.
    public var room: Int?
    /// The CPU on which it runs, for raw tracepoints (Linux 5.10); `nil` for this one.
    public var cpu: UInt32?
    /// Whether packets of XDP really go on to where the program sends them (`BPF_F_TEST_XDP_LIVE_FRAMES`), Linux 5.18.
    public var isLive: Bool
    /// How many live packets are sent at once, at most 256; 0 for as many as the kernel takes by itself, which are 64.
    public var batch: UInt32

    /// One run, with some data.
    public init(
        data: [UInt8] = [], context: [UInt8] = [], count: UInt32 = 1, room: Int? = nil, cpu: UInt32? = nil, isLive: Bool = false, batch: UInt32 = 0
    ) {
        self.data = data
        self.context = context
        self.count = count
        self.room = room
        self.cpu = cpu
        self.isLive = isLive
        self.batch = batch
    }

    /// What came of it.
    public struct Outcome: Sendable, Hashable {
        /// What the program returned in its last run.
        public let value: UInt32
        /// The data as it left it.
        public let data: [UInt8]
        /// The context as it left it.
        public let context: [UInt8]
        /// How long a run took on average, in nanoseconds.
        public let duration: UInt32
    }
}

extension Program {
    /// Runs the program without an event: as the kernel's hook would, but for the side effects of that. Linux 4.12; raw tracepoints 5.10, `syscall` 5.14.
    ///
    /// - Throws: ``EBPFError`` where the kernel cannot run programs of this kind so, or the data does not fit them.
    public func run(_ run: TestRun = TestRun()) throws(EBPFError) -> TestRun.Outcome {
        let operation = "run program '\(name)' (\(type))"
        var attributes = bpf_test_run_attributes()
        attributes.prog_fd = UInt32(bitPattern: descriptor.number)
        attributes.repeat = type == .syscall || type == .rawTracepoint || type == .tracing ? 0 : run.count
        attributes.flags = (run.cpu == nil ? 0 : 1 << 0) | (run.isLive ? 1 << 1 : 0)
        attributes.cpu = run.cpu ?? 0
        // What the kernel chooses itself (NAPI_POLL_WEIGHT): a kernel that knows no live packets would not look at the flag, but refuses this.
        attributes.batch_size = run.isLive && run.batch == 0 ? 64 : run.batch
        let takesData = type != .syscall && type != .rawTracepoint && type != .tracing && !run.data.isEmpty
        var result = [UInt8](repeating: 0, count: takesData && !run.isLive ? max(0, run.room ?? run.data.count + 256) : 0)
        // `syscall` programs change the context where it lies; others leave a copy.
        var context = run.context
        var resultContext = [UInt8](repeating: 0, count: type == .syscall || type == .rawTracepoint || run.isLive ? 0 : run.context.count)
        let status = run.data.withUnsafeBytes { data in
            context.withUnsafeMutableBytes { context in
                result.withUnsafeMutableBytes { result in
                    resultContext.withUnsafeMutableBytes { resultContext in
                        (attributes.data_in, attributes.data_size_in) = Self.part(UnsafeRawBufferPointer(data))
                        (attributes.ctx_in, attributes.ctx_size_in) = Self.part(UnsafeRawBufferPointer(context))
                        (attributes.data_out, attributes.data_size_out) = Self.part(UnsafeRawBufferPointer(result))
                        (attributes.ctx_out, attributes.ctx_size_out) = Self.part(UnsafeRawBufferPointer(resultContext))
                        return bpf(.programTestRun, &attributes)
                    }
                }
            }
        }
        guard status >= 0 else { throw failure(running: run, operation, errno: -status) }
        return TestRun.Outcome(
            value: attributes.retval, data: Array(result.prefix(Int(attributes.data_size_out))),
            context: type == .syscall ? context : Array(resultContext.prefix(Int(attributes.ctx_size_out))), duration: attributes.duration)
    }

    /// Address and size of a part that the kernel reads or writes; zeros where there is none.
    private static func part(_ bytes: UnsafeRawBufferPointer) -> (UInt64, UInt32) {
        bytes.isEmpty ? (0, 0) : (address(bytes.baseAddress), UInt32(clamping: bytes.count))
    }

    private func failure(running run: TestRun, _ operation: String, errno: Int32) -> EBPFError {
        let options: [LaterOption] = (run.isLive ? [.liveFrames] : []) + (type == .xdp && !run.context.isEmpty ? [.packetContext] : [])
        if let failure = Failure.ofOptions(options, errno: errno, kernel: .running) {
            return EBPFError(failure, operation, errno: errno)
        }
        switch errno {
        case Failure.notSupported, EOPNOTSUPP:
            return EBPFError(
                .unsupported, operation, cause: "this kernel runs no programs of this kind without an event",
                remedy: "attach it, and cause the event",
                errno: errno)
        case ENOSPC:
            return EBPFError(
                .invalid, operation, cause: "what it leaves does not fit into the room for it", remedy: "give TestRun.room more bytes", errno: errno)
        case EINVAL:
            return EBPFError(
                .invalid, operation, cause: "its kind does not take such data (\(run.data.count) bytes) or context (\(run.context.count) bytes)",
                remedy: "packets have 14 bytes and more, and a context the size of its structure", errno: errno)
        default: return EBPFError(system: errno, operation, needs: type.neededCapabilities)
        }
    }
}
