// SPDX-License-Identifier: Apache-2.0

import BPFObject
import Glibc

extension Map {
    /// Hands every entry to `body` as bytes: its key, and its value with the values of all CPUs where each has its own (``valueByteCount``).
    ///
    /// While others change the map, this holds: an entry whose key is there from the beginning to the end is handed out, once. The kernel reads whole
    /// buckets under their locks (`BPF_MAP_LOOKUP_BATCH`: hashes of all kinds but the resizable one, hashes of maps since Linux 5.19), and the keys of
    /// arrays have their places. Of other kinds (tries, hashes of sockets and devices, the resizable hash) one walk may pass over an entry that is updated
    /// meanwhile: such maps are gone through again until two times bring nothing new, so that hardly ever one is missed. What comes or
    /// goes meanwhile may be seen or not. Of a key that another removes while it is looked at, nothing is handed out. `body` may change the map.
    ///
    /// - Throws: what `body` throws, or ``EBPFError`` where the kernel refuses, or others remove keys faster than they can be listed.
    public func forEachEntry(_ body: (_ key: RawSpan, _ value: RawSpan) throws -> Void) throws {
        let byteCount = try bytesPerValue
        try walk { key, value in
            try body(
                RawSpan(_unsafeBytes: UnsafeRawBufferPointer(start: key, count: keySize)),
                RawSpan(_unsafeBytes: UnsafeRawBufferPointer(start: value, count: byteCount)))
        }
    }

    /// Whether the kernel reads many entries at once, so that none is missed or seen twice.
    private var isReadInBatches: Bool {
        switch type {
        case .hash, .lruHash, .perCPUHash, .lruPerCPUHash, .hashOfMaps, .array, .perCPUArray: true
        default: false
        }
    }

    /// The walk of ``forEachEntry(_:)``, with addresses that are good for the call of `body`.
    @usableFromInline
    func walk(_ body: (UnsafeRawPointer, UnsafeRawPointer) throws -> Void) throws {
        if isReadInBatches, try walkBatches(.mapLookupBatch, body) { return }
        let byteCount = try bytesPerValue
        try walkKeys { key in
            try withUnsafeTemporaryAllocation(byteCount: max(byteCount, 1), alignment: 16) { value in
                guard let start = value.baseAddress else { return }
                let status = lookupElement(UnsafeMutableRawPointer(mutating: key), start, 0)
                // Slots without anything, and entries that have gone meanwhile.
                guard status != -ENOENT else { return }
                guard status >= 0 else { throw failure("read map", status) }
                try body(key, UnsafeRawPointer(start))
            }
        }
    }

    /// Reads, or takes, all entries in batches. Answers `false` where the kernel cannot; nothing was handed out then.
    func walkBatches(_ command: BPFCommand, _ body: (UnsafeRawPointer, UnsafeRawPointer) throws -> Void) throws -> Bool {
        let valueStride = try bytesPerValue
        // About a quarter of a megabyte at a time, and not much more than there can be: some kinds round the number of entries up.
        let most = 2 * maxEntries + 1024
        var capacity = max(min(maxEntries + 64, (256 << 10) / max(keySize + valueStride, 1)), 1)
        var keys = [UInt8]()
        var values = [UInt8]()
        // Where the kernel is: the number of a bucket, or a key.
        var tokens = ([UInt8](repeating: 0, count: max(keySize, 8)), [UInt8](repeating: 0, count: max(keySize, 8)))
        var isFirst = true
        while true {
            if keys.count < capacity * keySize {
                keys = [UInt8](repeating: 0, count: capacity * keySize)
                values = [UInt8](repeating: 0, count: capacity * valueStride)
            }
            var count = UInt32(clamping: capacity)
            let status = batch(command, from: isFirst ? nil : tokens.0, to: &tokens.1, &keys, &values, &count)
            if status == -ENOSPC, count == 0 {
                // A bucket holds more than that.
                guard capacity < most else { throw failure("read map", status) }
                capacity = min(capacity * 2, most)
                continue
            }
            if isFirst, status == -EINVAL || status == -EOPNOTSUPP || status == -524 { return false }  // ENOTSUPP
            guard status >= 0 || status == -ENOENT else { throw failure("read map", status) }
            try keys.withUnsafeBytes { keys in
                try values.withUnsafeBytes { values in
                    guard let key = keys.baseAddress, let value = values.baseAddress else { return }
                    for index in 0..<min(Int(count), capacity) { try body(key + index * keySize, value + index * valueStride) }
                }
            }
            if status == -ENOENT { return true }
            swap(&tokens.0, &tokens.1)
            isFirst = false
        }
    }

    /// Whether an update moves an entry to where a walk has been already, so that one walk may miss it.
    private var movesWhatIsUpdated: Bool {
        switch type {
        case .hash, .lruHash, .perCPUHash, .lruPerCPUHash, .hashOfMaps, .sockhash, .devmapHash, .resizableHash, .lpmTrie: true
        default: false
        }
    }

    /// Hands out each key once, asking for one after another; again, where a walk may miss some. The next is known before `body` may remove this one.
    func walkKeys(_ body: (UnsafeRawPointer) throws -> Void) throws {
        guard keySize > 0 else {
            throw EBPFError(.invalid, "list the keys of map '\(name)'", cause: "a map of type \(type) has no keys")
        }
        var seen: Set<[UInt8]> = []
        try walkKeys(beside: &seen, body)
        guard movesWhatIsUpdated else { return }
        var idle = 0
        // Where new keys never cease to come, what was there from the beginning has long been seen.
        for _ in 0..<16 where idle < 2 {
            let before = seen.count
            try walkKeys(beside: &seen, body)
            idle = seen.count == before ? idle + 1 : 0
        }
    }

    /// One walk over the keys, which hands out those that were not seen.
    private func walkKeys(beside seen: inout Set<[UInt8]>, _ body: (UnsafeRawPointer) throws -> Void) throws {
        var here: Set<[UInt8]> = []
        var repeats = 0
        var current = try key(after: nil)
        while let key = current {
            let next = try self.key(after: key)
            if here.insert(key).inserted {
                if seen.insert(key).inserted {
                    try key.withUnsafeBytes { bytes in
                        if let start = bytes.baseAddress { try body(start) }
                    }
                }
            } else {
                // The kernel began again, because a key had gone. Each time costs as many as were seen.
                repeats += 1
                guard repeats < 1000 + 64 * here.count else {
                    throw EBPFError(
                        .busy, "list the keys of map '\(name)' (\(type))", cause: "others remove keys faster than they can be listed",
                        remedy: "try again when the map changes less")
                }
            }
            current = next
        }
    }
}
