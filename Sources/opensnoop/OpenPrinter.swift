// SPDX-License-Identifier: Apache-2.0

import EBPFKernel
import OpenSnoopKernel
import Tooling

/// Prints opens as lines: columns for people, as libbpf-tools' opensnoop has them, or JSON for programs.
struct OpenPrinter: ~Copyable {
    private let timestamp: Bool
    private let uid: Bool
    private let extended: Bool
    private let json: Bool
    private var clock = EventClock()

    init(timestamp: Bool, uid: Bool, extended: Bool, json: Bool) {
        self.timestamp = timestamp
        self.uid = uid
        self.extended = extended
        self.json = json
    }

    func printHeader(_ output: inout LineOutput) {
        guard !json else { return }
        if timestamp { output.append("TIME     ") }
        if uid { output.append("UID     ") }
        output.append("PID    COMM              FD ERR ")
        if extended { output.append("FLAGS    ") }
        output.append("PATH\n")
    }

    mutating func print(_ record: RawSpan, _ output: inout LineOutput) {
        _ = OpenEvent.read(record) { event, path in
            if json { printObject(event, path, &output) } else { printLine(event, path, &output) }
        }
    }

    /// Records that found no room. In text they are told at the end, where they disturb no columns.
    func printLoss(_ count: UInt64, _ output: inout LineOutput) {
        guard json else { return }
        output.beginObject()
        output.member("lost", isFirst: true)
        output.append(number: count)
        output.endObject()
    }

    private mutating func printLine(_ event: OpenEvent, _ path: RawSpan, _ output: inout LineOutput) {
        if timestamp {
            clock.append(event.time, to: &output)
            output.append(" ")
        }
        if uid { column(event.uid, width: 7, &output) }
        column(event.pid, width: 6, &output)
        let start = output.position
        withCommand(event) { output.append(printable: $0) }
        output.pad(from: start, to: 16)
        output.append(number: max(event.result, -1), width: 3)
        output.append(" ")
        output.append(number: max(0 &- event.result, 0), width: 3)
        output.append(" ")
        if extended {
            output.append(number: UInt32(bitPattern: event.flags), base: 8, width: 8, filler: UInt8(ascii: "0"))
            output.append(" ")
        }
        output.append(printable: path)
        output.newLine()
    }

    private func column(_ number: UInt32, width: Int, _ output: inout LineOutput) {
        let start = output.position
        output.append(number: number)
        output.pad(from: start, to: width)
    }

    private mutating func printObject(_ event: OpenEvent, _ path: RawSpan, _ output: inout LineOutput) {
        output.beginObject()
        output.member("time", isFirst: true)
        clock.append(rfc3339: event.time, to: &output)
        output.member("pid")
        output.append(number: event.pid)
        output.member("tid")
        output.append(number: event.tid)
        output.member("uid")
        output.append(number: event.uid)
        output.member("comm")
        withCommand(event) { output.append(jsonString: $0) }
        output.member("fd")
        output.append(number: max(event.result, -1))
        output.member("errno")
        output.append(number: max(0 &- event.result, 0))
        output.member("flags")
        output.append(number: UInt32(bitPattern: event.flags))
        output.member("mode")
        output.append(number: event.mode)
        output.member("path")
        output.append(jsonString: path)
        output.endObject()
    }

    /// The bytes of the command's name before its NUL.
    private func withCommand(_ event: OpenEvent, _ body: (RawSpan) -> Void) {
        withUnsafeBytes(of: event.command) { bytes in
            body(RawSpan(_unsafeBytes: UnsafeRawBufferPointer(rebasing: bytes.prefix { $0 != 0 })))
        }
    }
}
