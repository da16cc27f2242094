// SPDX-License-Identifier: Apache-2.0

/// A stream that is read by tasks: it belongs to all of its sequence's consumers, one of whom copies from it at a time.
@usableFromInline final class AsyncEventSource: Sendable {
    private struct State: ~Copyable {
        var stream: EventStream
        /// What a consumer left behind.
        var rest: [UInt8] = []
        var restLost: UInt64 = 0
        /// How many losses were told, and how many batches ago the count was read.
        var told: UInt64 = 0
        var unasked = 0
        var isFinished = false
        /// When CPUs were looked for last, in nanoseconds of the monotonic clock: those that run now have rings.
        var followed = MonotonicWait.nanoseconds
    }

    private let state: Locked<State>
    private let waiter: EventWaiter
    private let token: EventWaiter.Token

    init(_ stream: consuming EventStream) throws(EBPFError) {
        waiter = try EventWaiter.shared()
        token = try waiter.watch(stream.pollDescriptors, looksAgain: stream.positions == nil)
        state = Locked(State(stream: stream))
    }

    deinit {
        // Before the stream closes its descriptors.
        waiter.forget(token)
    }

    var isFinished: Bool { state.withLock { $0.isFinished } }
    /// How often consumers were to look whether there is anything.
    var wakeUps: Int { waiter.wakeUps(of: token) }

    /// No more is waited for.
    func finish() {
        state.withLock { $0.isFinished = true }
        waiter.wake(token)
    }

    /// Copies what is there into an empty batch; answers whether there was anything.
    func fill(_ batch: EventBatch) throws(EBPFError) -> Bool {
        try state.withLock { (state) throws(EBPFError) in
            batch.next = 0
            batch.bytes.removeAll(keepingCapacity: true)
            if !state.rest.isEmpty || state.restLost > 0 {
                swap(&batch.bytes, &state.rest)
                batch.lost = state.restLost
                state.restLost = 0
                return true
            }
            try follow(&state)
            // What a batch holds is bounded: by the number of records, and by the kernel's limit of what a ring holds.
            let count = try state.stream.drain(maximum: EventBatch.maximum) { record throws(EBPFError) in batch.append(record) }
            state.unasked += 1
            // Reading the count costs as much as fifty records.
            if count < EventBatch.maximum || state.unasked >= 16 {
                state.unasked = 0
                let dropped = try state.stream.dropped()
                batch.lost = dropped > state.told ? dropped - state.told : 0
                state.told = dropped
            }
            return count > 0 || batch.lost > 0
        }
    }

    /// Whether there are samples that only time makes readable.
    var isSettling: Bool { state.withLock { $0.stream.isSettling } }

    /// Once a second, looks for CPUs that have come or gone, where each has a buffer of its own. Where nobody can tell, those stay that are read.
    private func follow(_ state: inout State) throws(EBPFError) {
        guard state.stream.positions == nil else { return }
        let now = MonotonicWait.nanoseconds
        guard now &- state.followed >= 1_000_000_000 else { return }
        state.followed = now
        if let online = CPUs.numbers("online"), try state.stream.followCPUs(online) { try waiter.watch(state.stream.pollDescriptors, for: token) }
    }

    /// Keeps what a consumer did not consume for the next.
    func giveBack(_ bytes: ArraySlice<UInt8>, lost: UInt64) {
        state.withLock { state in
            state.rest.append(contentsOf: bytes)
            state.restLost &+= lost
        }
        waiter.wake(token)
    }

    /// Waits until records come, the stream is finished, or the task is cancelled; or for less: not at all where any of that was so since `wakeUps`
    /// were counted.
    func wait(since wakeUps: Int, isolation: isolated (any Actor)?) async {
        await waiter.wait(for: token, since: wakeUps, isolation: isolation)
    }
}
