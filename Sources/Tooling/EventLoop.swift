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

    private var links: Links
    private let signals: Int32

    /// What a run amounted to.
    public struct Summary: Sendable {
        /// Records whose lines were written.
        public var printed: UInt64 = 0
        /// Records that the kernel half could not send.
        public var lost: UInt64 = 0
        /// Records that came but could not be written, since nobody read the output.
        public var unread: UInt64 = 0
    }

    /// - Parameters:
    ///   - stream: where the records come from.
    ///   - links: what makes the programs send them; detached when the run ends.
    ///   - signals: what ends the run. They must live as long as the loop.
    ///   - seconds: how long to run, `nil` for ever.
    /// - Throws: ``EBPFError`` where the kernel refuses to wait for the stream or the signals.
    public init(
        _ stream: consuming EventStream, of links: consuming Links, until signals: borrowing StopSignals, seconds: Int?
    ) throws(EBPFError) {
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
        self.links = links
        self.signals = signals.descriptor
        // A time that no clock reaches is as good as none.
        deadline = seconds.flatMap { seconds in
            let (milliseconds, overflow) = seconds.multipliedReportingOverflow(by: 1000)
            let (end, isPast) = MonotonicClock.milliseconds.addingReportingOverflow(Int64(milliseconds))
            return overflow || isPast ? nil : end
        }
    }

    /// Hands every record to `print`, which appends one line, and each new number of lost records to `printLoss`.
    ///
    /// - Throws: ``EBPFError`` where the output cannot be written or the kernel refuses.
    public mutating func run(
        _ output: inout LineOutput, print: (RawSpan, inout LineOutput) -> Void, printLoss: (UInt64, inout LineOutput) -> Void
    ) throws(EBPFError) -> Summary {
        var summary = Summary()
        let patience = LineOutput.Patience(descriptor: signals, deadline: deadline)
        var reader = try output.flush(patience)
        // What stood there before, as a header, was no record.
        let others = output.unwrittenLines
        while reader == .there {
            let count = try printBatch(&output, &summary, patience, &reader, print, printLoss)
            guard reader == .there else { break }
            let left = deadline.map { $0 - MonotonicClock.milliseconds }
            if let left, left <= 0 { break }
            if try count == 0 ? wait(left) : stops.wait(milliseconds: Self.batchInterval, for: Self.stopToken) { break }
        }
        // The old links go, and with them the programs from their hooks.
        links = Links()
        try finish(&output, &summary, reader, print, printLoss)
        let unwritten = UInt64(output.unwrittenLines - others)
        summary.printed -= min(unwritten, summary.printed)
        summary.unread += unwritten
        return summary
    }

    /// Prints a batch and writes it; where the reader is gone or stuck, records are only counted.
    private mutating func printBatch(
        _ output: inout LineOutput, _ summary: inout Summary, _ patience: LineOutput.Patience, _ reader: inout LineOutput.Reader,
        _ print: (RawSpan, inout LineOutput) -> Void, _ printLoss: (UInt64, inout LineOutput) -> Void, maximum: Int = batchSize
    ) throws(EBPFError) -> Int {
        let count = try stream.drain(maximum: maximum) { record throws(EBPFError) in
            guard reader == .there else {
                summary.unread += 1
                return
            }
            print(record, &output)
            summary.printed += 1
            if output.isFull { reader = try output.flush(patience) }
        }
        let lost = try stream.dropped()
        if lost != summary.lost {
            printLoss(lost &- summary.lost, &output)
            summary.lost = lost
        }
        if reader == .there { reader = try output.flush(patience) }
        return count
    }

    /// What came until the programs were detached belongs to the run: it is printed where somebody reads, else counted.
    private mutating func finish(
        _ output: inout LineOutput, _ summary: inout Summary, _ reader: LineOutput.Reader,
        _ print: (RawSpan, inout LineOutput) -> Void, _ printLoss: (UInt64, inout LineOutput) -> Void
    ) throws(EBPFError) {
        // The signal that ended the run is still there to be read: with this patience, a reader has one second more.
        let patience = LineOutput.Patience(descriptor: -1, deadline: MonotonicClock.milliseconds + 1000)
        var reader = reader
        _ = try printBatch(&output, &summary, patience, &reader, print, printLoss, maximum: .max)
    }

    /// Waits for anything to happen; answers whether it is a reason to stop.
    private func wait(_ left: Int64?) throws(EBPFError) -> Bool {
        try everything.wait(milliseconds: left.map { Int32(clamping: max($0, 0)) }, for: Self.stopToken)
    }
}
