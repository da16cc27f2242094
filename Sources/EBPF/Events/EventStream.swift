// SPDX-License-Identifier: Apache-2.0

public import BPFObject

/// The user half of `EVENTS(name, size)` of the C headers: a stream of records through a ring buffer, or through a perf buffer
/// where the kernel has no ring buffers, with a count of the records that found no room.
///
/// Buffers that an object declares otherwise, as those of kernel halves for other loaders, are read as a ``RingBuffer`` or ``PerfBuffer``.
public struct EventStream: ~Copyable, Sendable, EventSource {
    /// What carries the records.
    public enum Carrier: Sendable, Hashable {
        /// Linux 5.8 and newer.
        case ringBuffer
        case perfBuffer
    }

    // One of the two is there.
    private(set) var ring: RingBuffer?
    private(set) var perf: PerfBuffer?
    private let count: Count
    /// How many records were shorter than the type asked for, and not handed out. May be set back.
    public var shortRecords: UInt64 = 0

    /// Who counts the records that find no room.
    private enum Count: Sendable {
        /// The kernel half of an object, in a variable.
        case variable(LoadedObject, String)
        /// The kernel, see ``PerfBuffer/lost``.
        case kernel
        case nobody
    }

    /// Begins to read the stream `name` of a loaded object.
    ///
    /// - Parameters:
    ///   - byteCountPerCPU: where a perf buffer carries the records, the size of each CPU's ring in bytes, rounded up to a power of two of pages; without it
    ///     as many as the kernel half declares the stream with. A ring buffer has the size of its map, which is chosen before the object is loaded.
    ///   - settlingTime: where a perf buffer carries the records, asks for them in the order of the times at which they were sent, over all CPUs: see
    ///     ``PerfBuffer/init(_:byteCount:settlingTime:wakeUpBytes:)``. Those of a ring buffer are in their order without.
    ///   - wakeUpBytes: where a perf buffer carries the records, how many bytes must wait in one ring to wake the reader; one record without it. A wait then
    ///     needs a deadline; tasks look once a second. What wakes the reader of a ring buffer is said in the kernel half.
    /// - Throws: ``EBPFError`` where the object declares no such stream, its oldest records make room for new ones, or the buffer cannot be mapped.
    public init(
        _ name: String, of object: LoadedObject, byteCountPerCPU: Int? = nil, settlingTime: Duration? = nil, wakeUpBytes: Int? = nil
    ) throws(EBPFError) {
        let map = try object.map(name)
        guard map.type != .ringBuffer || !map.flags.contains(.overwriting) else {
            throw EBPFError(
                .invalid, "read stream '\(name)'", cause: "its oldest records make room for new ones (BPF_F_RB_OVERWRITE), and nobody counts them",
                remedy: "read it as a RingBuffer, which says how many bytes were overwritten")
        }
        let isPerf = map.type == .perfEventArray
        let variable = name + "_dropped"
        do throws(EBPFError) {
            // Asked for once, so that a missing count is said now and not in the middle of the stream.
            _ = try object.value(of: variable, as: UInt64.self)
        } catch {
            let reader = isPerf ? "PerfBuffer" : "RingBuffer"
            throw EBPFError(
                error.code, "read stream '\(name)'", cause: "its kernel half counts in '\(variable)' what is lost, and \(error.cause)",
                remedy:
                    "declare it with EVENTS(\(name), size), or read its map as a \(reader), which needs no count: \(reader)(object.map(\"\(name)\"))",
                errno: error.errno)
        }
        let count = Count.variable(object, variable)
        guard isPerf else {
            self.init(count, try RingBuffer(map))
            return
        }
        let byteCount = byteCountPerCPU ?? object.ringByteCount(of: name) ?? PerfBuffer.usualByteCount
        self.init(count, try PerfBuffer(map, byteCount: byteCount, settlingTime: settlingTime, wakeUpBytes: wakeUpBytes))
    }

    /// A ring buffer of which nobody counts the records that find no room.
    ///
    /// - Throws: ``EBPFError`` where its oldest records make room for new ones: they would be lost without a word.
    init(_ buffer: consuming RingBuffer) throws(EBPFError) {
        guard !buffer.memory.isOverwriting else {
            throw EBPFError(
                .invalid, "read ring buffer '\(buffer.name)' as a sequence",
                cause: "its oldest records make room for new ones (BPF_F_RB_OVERWRITE), and nobody counts them",
                remedy: "drain it, which says how many bytes were overwritten (overwrittenBytes)")
        }
        self.init(.nobody, buffer)
    }

    /// A perf buffer of which the kernel counts the records that find no room.
    init(_ buffer: consuming PerfBuffer) { self.init(.kernel, buffer) }

    private init(_ count: Count, _ buffer: consuming RingBuffer) {
        self.count = count
        ring = consume buffer
        perf = nil
    }

    private init(_ count: Count, _ buffer: consuming PerfBuffer) {
        self.count = count
        ring = nil
        perf = consume buffer
    }

    /// The descriptors that become readable when a record arrives.
    var pollDescriptors: [Int32] {
        switch ring {
        case .some(let ring): return ring.pollDescriptors
        case .none: break
        }
        switch perf {
        case .some(let perf): return perf.pollDescriptors
        case .none: return []
        }
    }

    /// How many bytes a record has, by the declaration of the stream in the kernel half; `nil` where the object does not say it.
    public var recordByteCount: Int? {
        switch ring {
        case .some(let ring): return ring.recordByteCount
        case .none: break
        }
        switch perf {
        case .some(let perf): return perf.recordByteCount
        case .none: return nil
        }
    }

    /// How far the kernel and this reader are, where a ring buffer carries the records.
    public var positions: RingPositions? {
        switch ring {
        case .some(let ring): return ring.positions
        case .none: return nil
        }
    }

    /// The records that the kernel says it dropped because a CPU's ring was full, where a perf buffer carries them; they are among those of
    /// ``dropped()``.
    public var lostByCPU: [Int: UInt64] {
        switch perf {
        case .some(let perf): return perf.lostByCPU
        case .none: return [:]
        }
    }

    /// Opens rings on CPUs that have come online, where a perf buffer carries the records; see ``PerfBuffer/followCPUs()``.
    ///
    /// - Returns: whether any was opened.
    /// - Throws: ``EBPFError`` where a ring cannot be opened.
    public mutating func followCPUs() throws(EBPFError) -> Bool { try perf?.followCPUs() ?? false }

    mutating func followCPUs(_ online: [Int]) throws(EBPFError) -> Bool { try perf?.followCPUs(online) ?? false }

    /// Hands every record that is there to `body`, at most `maximum` of them; see ``RingBuffer/drain(maximum:_:)`` and
    /// ``PerfBuffer/drain(maximum:_:)``.
    ///
    /// - Returns: how many records there were.
    /// - Throws: ``EBPFError`` of `body`, or where the content of the buffer contradicts itself.
    public mutating func drain(maximum: Int, _ body: (RawSpan) throws(EBPFError) -> Void) throws(EBPFError) -> Int {
        if let count = try ring?.drain(maximum: maximum, body) { return count }
        return try perf?.drain(maximum: maximum, body) ?? 0
    }

    /// How many records the kernel half has dropped since it was loaded, because the buffer was full.
    ///
    /// - Throws: ``EBPFError`` where the count cannot be read.
    public func dropped() throws(EBPFError) -> UInt64 {
        switch count {
        case .variable(let object, let name): return try object.value(of: name)
        case .nobody: return 0
        case .kernel: break
        }
        switch perf {
        case .some(let perf): return perf.lost
        case .none: return 0
        }
    }
}

extension ObjectFile {
    /// Chooses what carries the stream `name`, before the object is loaded. Without a choice it is a ring buffer where the
    /// kernel has them.
    ///
    /// - Throws: ``EBPFError`` where the object declares no such stream.
    public mutating func useCarrier(_ carrier: EventStream.Carrier? = nil, for name: String) throws(EBPFError) {
        let isPerf = (carrier ?? (Map.hasRingBuffers ? .ringBuffer : .perfBuffer)) == .perfBuffer
        do {
            let index = try mapIndex(name)
            try set(name + "_is_perf", to: isPerf)
            if isPerf {
                if maps[index].type == .ringBuffer { maps[index].ringByteCount = maps[index].maxEntries }
                maps[index].type = .perfEventArray
                maps[index].keySize = 4
                maps[index].valueSize = 4
                maps[index].maxEntries = 0
            }
        } catch { throw EBPFError(error, "choose the carrier of '\(name)'") }
    }
}

extension LoadedObject {
    /// How many bytes the ring buffer was declared with whose place a perf buffer takes; `nil` where it takes no such place.
    fileprivate func ringByteCount(of name: String) -> Int? {
        (try? file.mapIndex(name)).flatMap { file.maps[$0].ringByteCount }.map(Int.init)
    }
}

extension Map {
    /// Whether this kernel has ring buffers: tried, since distributions bring features to older releases.
    static var hasRingBuffers: Bool {
        let probe = MapDefinition(name: "probe", type: .ringBuffer, maxEntries: UInt32(clamping: Mapping.pageSize))
        do throws(EBPFError) {
            _ = try Map.create(probe, btf: nil)
            return true
        } catch {
            // A missing privilege says nothing about the kernel, and will be explained when the map is created in earnest.
            return error.code == .permission
        }
    }
}
