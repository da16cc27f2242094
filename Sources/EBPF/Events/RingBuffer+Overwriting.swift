// SPDX-License-Identifier: Apache-2.0

import BTF
import Synchronization

/// Rings in which new records take the place of the oldest: `BPF_F_RB_OVERWRITE` of `kernel/bpf/ringbuf.c`, Linux 6.19.
extension RingBuffer {
    /// Hands out the records that are still there, from the oldest on.
    ///
    /// A program that needs room first says up to where it takes it, and then writes. So a record is copied, and handed out if none had said so until then.
    /// (The kernel has no barrier between the two; processors that keep the order of stores, as those of x86-64 do, need none.)
    mutating func drainOverwriting(maximum: Int, _ body: (RawSpan) throws(EBPFError) -> Void) throws(EBPFError) -> Int {
        let memory = memory
        var position = memory.consumed
        var published = position
        var producer = last.producer
        var count = 0
        defer {
            if published != position { memory.publish(consumed: position) }
            last = RingPositions(consumer: position, producer: producer, byteCount: memory.byteCount)
        }
        while true {
            let end = memory.produced
            guard Int64(bitPattern: end &- producer) >= 0 else { throw corrupt(.wentBack(side: "producer", from: producer, to: end)) }
            producer = end
            guard end & 7 == 0 else { throw corrupt(.unaligned(position: end, side: "producer")) }
            // Asked for behind the producer's position: programs that write meanwhile may have overwritten all that was before that. Else the oldest record is
            // not behind it, and no further before it than the ring is long.
            let isPast = passOverwritten(&position)
            let waiting = Int64(bitPattern: end &- position)
            guard waiting <= Int64(memory.byteCount), waiting >= 0 || isPast else {
                throw corrupt(.tooFar(consumer: position, producer: end, byteCount: memory.byteCount))
            }
            while Int64(bitPattern: end &- position) > 0, count < maximum {
                guard position & 7 == 0 else { throw corrupt(.unaligned(position: position, side: "consumer")) }
                let offset = memory.offset(position)
                let header = memory.header(at: offset)
                let length = UInt64(header & ~(RingMemory.busy | RingMemory.discarded))
                let total = (length + RingMemory.headerSize + 7) & ~7
                let isInside = total <= min(end &- position, UInt64(memory.byteCount))
                let isRecord = header & (RingMemory.busy | RingMemory.discarded) == 0
                if isInside, isRecord { copy(offset + Int(RingMemory.headerSize), Int(length)) }
                // The bytes are read before it is looked whether they were overwritten meanwhile.
                atomicMemoryFence(ordering: .acquiring)
                if passOverwritten(&position) { continue }
                if header & RingMemory.busy != 0 { break }
                guard isInside else { throw corrupt(.tooLong(position: position, length: length, waiting: end &- position)) }
                position &+= total
                guard isRecord else { continue }
                count += 1
                try body(wrapped.span.bytes)
            }
            // As of other rings: who waits says so, and then looks a last time.
            guard published != position else { return count }
            memory.publish(consumed: position)
            published = position
            // Who has had so many may come again: programs that overwrite without end would else keep it here.
            guard count < maximum else { return count }
        }
    }

    /// Goes to the oldest record that is still there; answers whether that is a later one.
    private mutating func passOverwritten(_ position: inout UInt64) -> Bool {
        let first = memory.first(from: position)
        guard first != position else { return false }
        overwrittenBytes &+= first &- position
        position = first
        return true
    }

    /// Where behind the producer's position the kernel keeps up to where records were overwritten, in bytes, as its own types say.
    static func overwrittenOffset(_ operation: String) throws(EBPFError) -> Int {
        let types = try KernelTypes.running()
        let places = types.types(named: "bpf_ringbuf", kinds: [.structure]).lazy.compactMap { Self.overwrittenOffset(in: types, $0) }
        guard let place = places.first, place > 0, place + 8 <= Mapping.pageSize else {
            throw EBPFError(
                .unsupported, operation, cause: "its oldest records make room for new ones, and the kernel's types do not say where it keeps how far",
                remedy: "create it without BPF_F_RB_OVERWRITE")
        }
        return place
    }

    private static func overwrittenOffset(in types: BTF, _ id: TypeID) -> Int? {
        guard case .composite(let ring)? = try? types.type(id) else { return nil }
        func place(_ name: String) -> UInt32? { ring.members.first { $0.name == name && $0.bitOffset % 64 == 0 }?.bitOffset }
        guard let producer = place("producer_pos"), let overwritten = place("overwrite_pos"), overwritten > producer else { return nil }
        return Int((overwritten - producer) / 8)
    }
}
