// SPDX-License-Identifier: Apache-2.0

import Glibc

/// A source of probes among the kernel's perf events: functions of the kernel (`kprobe`), or places of programs (`uprobe`). Linux 4.17.
struct ProbeSource {
    /// The number by which perf_event_open(2) knows it.
    let type: UInt32
    /// The bit of the event's configuration that asks for the return.
    let returnBit: UInt64

    /// Functions of the kernel; `nil` where it is built without.
    static let kprobe = ProbeSource("kprobe")
    /// Places of programs and libraries; `nil` where the kernel is built without.
    static let uprobe = ProbeSource("uprobe")

    /// Reads `/sys/bus/event_source/devices/NAME`; `nil` where the kernel has no such source.
    private init?(_ name: String) {
        let directory = "/sys/bus/event_source/devices/\(name)"
        guard let text = SmallFile.read("\(directory)/type"), let type = UInt32(text.prefix { $0.isNumber }) else { return nil }
        self.type = type
        // `config:0`
        let format = SmallFile.read("\(directory)/format/retprobe") ?? "config:0"
        let bit = format.split(separator: ":").last.flatMap { UInt64($0.prefix { $0.isNumber }) } ?? 0
        returnBit = bit < 64 ? 1 << bit : 1
    }

    /// Where the count of users of a USDT probe (its semaphore) stands in the configuration: `config:32-63`. Linux 4.20.
    static let referenceCounterShift: UInt64 = 32
}
