// SPDX-License-Identifier: Apache-2.0

extension PerfBuffer {
    /// How far the reader is in one ring, and the sample that is next there.
    struct Front {
        let index: Int
        let end: UInt64
        var position: UInt64
        /// `nil` where there is none up to the end.
        var next: PerfRing.Record?
    }

    /// Hands out the samples of all rings in the order of their times, up to those that are settled.
    ///
    /// - Parameter settlingTime: how old a sample must be, in nanoseconds.
    mutating func drainInOrder(
        until settlingTime: UInt64, maximum: Int, _ body: (RawSpan) throws(EBPFError) -> Void
    ) throws(EBPFError) -> Int {
        let now = MonotonicWait.nanoseconds
        // Looked at before the heads: what is sent later is not settled.
        let limit = now > settlingTime ? now - settlingTime : 0
        fronts.removeAll(keepingCapacity: true)
        for index in members.indices {
            let ring = members[index].ring
            let position = ring.tail
            let end = ring.head
            guard position != end else { continue }
            try check(index, end, position)
            fronts.append(Front(index: index, end: end, position: position, next: nil))
            try advance(fronts.count - 1)
        }
        var count = 0
        while count < maximum, let first = oldest(before: limit) {
            let (front, bound) = first
            // As long as its samples are older than the other rings' there is no need to compare again.
            while count < maximum, let sample = fronts[front].next, sample.time <= bound {
                let ring = members[fronts[front].index].ring
                fronts[front].position = sample.position &+ sample.size
                defer { ring.tail = fronts[front].position }
                count += 1
                if sample.time < latest { lateRecords &+= 1 } else { latest = sample.time }
                try ring.hand(sample, wrapped: &wrapped, body)
                try advance(front)
            }
        }
        return count
    }

    /// The front whose sample is the oldest, where that is settled, and up to when its samples are older than all others' and settled.
    private func oldest(before limit: UInt64) -> (front: Int, bound: UInt64)? {
        var best: (front: Int, time: UInt64)?
        var bound = limit
        for index in fronts.indices {
            guard let time = fronts[index].next?.time else { continue }
            if let found = best, found.time <= time {
                bound = min(bound, time)
            } else {
                if let found = best { bound = min(bound, found.time) }
                best = (index, time)
            }
        }
        guard let best, best.time <= limit else { return nil }
        return (best.front, max(bound, best.time))
    }

    /// Goes on to the next sample of a ring; counts what is reported as lost on the way.
    private mutating func advance(_ front: Int) throws(EBPFError) {
        let ring = members[fronts[front].index].ring
        fronts[front].next = nil
        while fronts[front].position != fronts[front].end {
            let record: PerfRing.Record
            do { record = try ring.record(at: fronts[front].position, before: fronts[front].end) } catch { throw corrupt(error, ring.cpu) }
            if record.kind == .sample {
                fronts[front].next = record
                return
            }
            fronts[front].position &+= record.size
            ring.tail = fronts[front].position
            if record.kind == .lost { members[fronts[front].index].reported &+= record.lost }
        }
    }
}
