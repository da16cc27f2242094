// SPDX-License-Identifier: Apache-2.0

public import EBPF
import Glibc

/// Runs a tool that prints a stream's records until a signal, the end of its time, or the end of its reader.
///
/// While records keep coming, nothing wakes the process for each of them: it looks once a millisecond, for hundreds at a
/// time. The first record after a silence is printed at once.
public struct EventLoop: ~Copyable {
    /// How often the stream is looked at while records keep coming, in milliseconds.
    private static let batchInterval: Int32 = 1
    /// How many records are printed before signals, time and losses are looked at.
    private static let batchSize = 4096
    private static let recordToken: UInt64 = 0
    private static let stopToken: UInt64 = 1

    private var stream: EventStream
    /// Waits for records and for reasons to stop, and for the latter alone.
    private let everything: Readiness
    private let stops: Readiness
    /// In milliseconds of the monotonic clock.
    private let deadline: Int64?

    /// What a run amounted to.
    public struct Summary: Sendable {
        /// Records that were handed over to be printed.
        public var printed: UInt64 = 0
        /// Records that the kernel half could not send.
        public var lost: UInt64 = 0
    }

    /// - Parameter seconds: how long to run, `nil` for ever.
    /// - Throws: ``EBPFError`` where the kernel refuses to wait for the stream or the signals.
    public init(_ stream: consuming EventStream, until signals: borrowing StopSignals, seconds: Int?) throws(EBPFError) {
        let everything = try Readiness()
        let stops = try Readiness()
        try everything.add(stream, token: Self.recordToken)
        try everything.add(descriptor: signals.descriptor, token: Self.stopToken)
        try stops.add(descriptor: signals.descriptor, token: Self.stopToken)
        everything.add(writerTo: STDOUT_FILENO, token: Self.stopToken)
        stops.add(writerTo: STDOUT_FILENO, token: Self.stopToken)
        self.everything = everything
        self.stops = stops
        self.stream = stream
        // A time that no clock reaches is as good as none.
        deadline = seconds.flatMap { seconds in
            let (milliseconds, overflow) = seconds.multipliedReportingOverflow(by: 1000)
            let (end, isPast) = Self.now().addingReportingOverflow(Int64(milliseconds))
            return overflow || isPast ? nil : end
        }
    }

    /// Hands every record to `print`, which appends to the output, and each new number of lost records to `printLoss`.
    ///
    /// - Throws: ``EBPFError`` where the output cannot be written or the kernel refuses.
    public mutating func run(
        _ output: inout LineOutput, print: (RawSpan, inout LineOutput) -> Void, printLoss: (UInt64, inout LineOutput) -> Void
    ) throws(EBPFError) -> Summary {
        var summary = Summary()
        while true {
            let count = try printBatch(&output, &summary, print, printLoss)
            if try output.flush() == .gone { return summary }
            let left = deadline.map { $0 - Self.now() }
            let isOver = left.map { $0 <= 0 } ?? false
            let isStopped = try count == 0 ? wait(left) : stops.wait(milliseconds: Self.batchInterval, for: Self.stopToken)
            if isOver || isStopped { break }
        }
        // What arrived until now belongs to the run as well.
        _ = try printBatch(&output, &summary, print, printLoss)
        _ = try output.flush()
        return summary
    }

    private mutating func printBatch(
        _ output: inout LineOutput, _ summary: inout Summary, _ print: (RawSpan, inout LineOutput) -> Void,
        _ printLoss: (UInt64, inout LineOutput) -> Void
    ) throws(EBPFError) -> Int {
        let count = try stream.drain(maximum: Self.batchSize) { record throws(EBPFError) in
            print(record, &output)
            // A reader that has gone is met again, and acted on, at the end of the batch.
            if output.isFull { _ = try output.flush() }
        }
        summary.printed += UInt64(count)
        let lost = try stream.dropped()
        if lost != summary.lost {
            printLoss(lost &- summary.lost, &output)
            summary.lost = lost
        }
        return count
    }

    /// Waits for anything to happen; answers whether it is a reason to stop.
    private func wait(_ left: Int64?) throws(EBPFError) -> Bool {
        try everything.wait(milliseconds: left.map { Int32(clamping: max($0, 0)) }, for: Self.stopToken)
    }

    private static func now() -> Int64 {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000
    }
}
