// SPDX-License-Identifier: Apache-2.0

/// A ring whose records are waited for, and what can be read of it now.
///
/// Its memory is asked, not its descriptor: to the kernel, a record that is still being written is one to read, and who polls for that spins. So
/// descriptors are watched for changes (`EPOLLET`), and the memory is looked at before each sleep.
enum WaitedRing: Sendable {
    /// The descriptor is kept open; `nil` over memory that a test made up.
    case ring(RingMemory, SharedDescriptor?)
    /// With how old samples must be, in nanoseconds, where they are read in the order of time.
    case perf(PerfRing, UInt64?)

    /// What can be read.
    enum State: Sendable {
        /// Nothing; its descriptor becomes readable when that changes.
        case nothing
        /// Samples that only time makes readable.
        case settling
        case ready
    }

    var state: State {
        switch self {
        case .ring(let memory, _): memory.isReady ? .ready : .nothing
        case .perf(let ring, let settlingTime): ring.head == ring.tail ? .nothing : ring.isSettled(settlingTime) ? .ready : .settling
        }
    }

    /// What is watched; `nil` over memory that a test made up.
    var descriptor: Int32? {
        switch self {
        case .ring(_, let descriptor): descriptor?.number
        case .perf(let ring, _): ring.number
        }
    }
}

extension RingBuffer {
    /// What is waited for.
    var waited: [WaitedRing] { [.ring(memory, descriptor)] }
}

extension PerfBuffer {
    /// What is waited for, for each CPU.
    var waited: [WaitedRing] { members.map { .perf($0.ring, settlingTime) } }
}

extension EventStream {
    /// Whether there are samples that were not settled when they were looked at last, and that nobody announces.
    var isSettling: Bool {
        switch perf {
        case .some(let perf): return perf.settlingTime != nil && perf.members.contains { $0.ring.head != $0.ring.tail }
        case .none: return false
        }
    }

    /// What is waited for.
    var waited: [WaitedRing] {
        switch ring {
        case .some(let ring): return ring.waited
        case .none: break
        }
        switch perf {
        case .some(let perf): return perf.waited
        case .none: return []
        }
    }
}
