// SPDX-License-Identifier: Apache-2.0

import BPFObject
import CLinux
import Glibc

/// A clock or counter that runs a program each time that it has gone on far enough (perf_event_open(2)).
public struct PerfEvent: Sendable, Hashable {
    /// What is counted.
    public enum Source: Sendable, Hashable {
        /// The clock of the CPU, in nanoseconds (`PERF_COUNT_SW_CPU_CLOCK`).
        case cpuClock
        /// The time that a process runs, in nanoseconds (`PERF_COUNT_SW_TASK_CLOCK`).
        case taskClock
        /// Page faults.
        case pageFaults
        /// Context switches.
        case contextSwitches
        /// Moves from one CPU to another.
        case migrations
        /// Cycles of the CPU, where the machine counts them.
        case cycles
        /// Instructions that were retired, where the machine counts them.
        case instructions
        /// Accesses of the last cache that missed, where the machine counts them.
        case cacheMisses
        /// Another one: `type` and `config` of `struct perf_event_attr`.
        case other(type: UInt32, config: UInt64)

        /// `type` and `config` (`enum perf_sw_ids`, `enum perf_hw_id` of `include/uapi/linux/perf_event.h`).
        var numbers: (type: UInt32, config: UInt64) {
            switch self {
            case .cpuClock: (1, 0)
            case .taskClock: (1, 1)
            case .pageFaults: (1, 2)
            case .contextSwitches: (1, 3)
            case .migrations: (1, 4)
            case .cycles: (0, 0)
            case .instructions: (0, 1)
            case .cacheMisses: (0, 3)
            case .other(let type, let config): (type, config)
            }
        }

        /// Whether it needs a counter of the machine.
        var isHardware: Bool { numbers.type == 0 || numbers.type == 3 || numbers.type == 4 }
    }

    /// How often the program runs.
    public enum Rate: Sendable, Hashable {
        /// Each time that the count has gone on so far.
        case every(UInt64)
        /// About so often in a second.
        case frequency(UInt64)
    }

    /// What is counted.
    public var source: Source
    /// How often the program runs.
    public var rate: Rate
    /// The process or thread that counts; `nil` for all.
    public var process: Int32?
    /// The CPU on which it counts; `nil` for all that are on.
    public var cpu: Int?

    /// An event.
    public init(_ source: Source, _ rate: Rate, process: Int32? = nil, cpu: Int? = nil) {
        self.source = source
        self.rate = rate
        self.process = process
        self.cpu = cpu
    }
}

extension Program {
    /// Has a clock or counter run the program: one event for a process, or one on each CPU. Linux 4.9; links of the kernel since 5.15.
    ///
    /// - Parameter cookie: a number that the program sees as this attachment's (`bpf_get_attach_cookie`), Linux 5.15.
    /// - Throws: ``EBPFError`` where the machine has no such counter, or the process or CPU is not there.
    public func attach(to event: PerfEvent, cookie: UInt64? = nil) throws(EBPFError) -> Link {
        try check([.perfEvent], for: .perfEvent)
        var description = EventDescription(type: event.source.numbers.type, config: event.source.numbers.config)
        switch event.rate {
        case .every(let period): description.period = period
        case .frequency(let frequency): (description.period, description.isFrequency) = (frequency, true)
        }
        description.process = event.process ?? -1
        // A process is followed from CPU to CPU; all processes take an event on each.
        var cpus = [event.cpu ?? -1]
        if event.cpu == nil, event.process == nil { cpus = try CPUs.online(for: operation(attachingTo: .perfEvent)) }
        var parts: [Attachment] = []
        for cpu in cpus {
            description.cpu = cpu
            guard let descriptor = description.open() else { throw failure(opening: event, errno: errno) }
            parts.append(try attach(to: descriptor, .perfEvent, cookie: cookie).attachment)
        }
        guard parts.count == 1, let only = parts.first else { return Link(hook: .perfEvent, .several(parts)) }
        return Link(hook: .perfEvent, only)
    }

    /// Whether a CPU is known not to run.
    private func isOff(_ cpu: Int?) -> Bool {
        guard let cpu, let online = try? CPUs.online() else { return false }
        return !online.contains(cpu)
    }

    private func failure(opening event: PerfEvent, errno: Int32) -> EBPFError {
        let operation = operation(attachingTo: .perfEvent)
        switch errno {
        case _ where event.source.isHardware && (errno == ENOENT || errno == EOPNOTSUPP || errno == ENODEV):
            return EBPFError(
                .unsupported, operation, cause: "this machine has no counter for \(event.source), as most virtual ones have none",
                remedy: "count with a clock: PerfEvent(.cpuClock, ...)", errno: errno)
        case ESRCH: return EBPFError(.noSuchTarget, operation, cause: "there is no process \(event.process ?? 0)", errno: errno)
        case _ where (errno == ENODEV || errno == EINVAL) && isOff(event.cpu):
            return EBPFError(.noSuchTarget, operation, cause: "there is no CPU \(event.cpu ?? 0), or it is off", errno: errno)
        default: return EBPFError(system: errno, operation, attempting: .openEvent(.samples))
        }
    }
}
