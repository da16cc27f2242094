// SPDX-License-Identifier: Apache-2.0

import CLinux
import Glibc

extension Map {
    /// Calls one of the commands for many entries at once (Linux 5.6). `count` is how many there is room for, and then how many were done.
    func batch(
        _ command: BPFCommand, from token: [UInt8]?, to next: inout [UInt8], _ keys: inout [UInt8], _ values: inout [UInt8], _ count: inout UInt32
    ) -> Int32 {
        var attributes = bpf_map_batch_attributes()
        attributes.map_fd = UInt32(bitPattern: descriptor.number)
        attributes.count = count
        attributes.elem_flags = elementFlags
        let status = next.withUnsafeMutableBytes { next in
            keys.withUnsafeMutableBytes { keys in
                values.withUnsafeMutableBytes { values in
                    attributes.out_batch = address(next.baseAddress)
                    attributes.keys = address(keys.baseAddress)
                    attributes.values = address(values.baseAddress)
                    guard let token else { return bpf(command, &attributes) }
                    return token.withUnsafeBytes { token in
                        attributes.in_batch = address(token.baseAddress)
                        return bpf(command, &attributes)
                    }
                }
            }
        }
        // What stood there is no answer where the kernel did not get as far.
        count = status >= 0 || status == -ENOENT ? min(attributes.count, count) : 0
        return status
    }

    /// Changes as many entries at once as the kernel can; answers how many it did, and a negative errno where it stopped.
    private func change(
        _ command: BPFCommand, _ keys: UnsafeRawPointer?, _ values: UnsafeRawPointer?, count: Int, flags: UInt64
    ) -> (done: Int, status: Int32) {
        var attributes = bpf_map_batch_attributes()
        attributes.map_fd = UInt32(bitPattern: descriptor.number)
        attributes.keys = address(keys)
        attributes.values = address(values)
        attributes.count = UInt32(clamping: count)
        attributes.elem_flags = command == .mapUpdateBatch ? flags | elementFlags : flags
        let status = bpf(command, &attributes)
        if status == -524 || status == -EOPNOTSUPP { return (0, status) }
        // A call that is refused at once leaves the number as it was.
        return (status < 0 && Int(attributes.count) >= count ? 0 : min(Int(attributes.count), count), status)
    }

    private static func cannotBatch(_ status: Int32) -> Bool { status == -524 || status == -EOPNOTSUPP || status == -EINVAL }

    /// Sets the values of many keys, whose bytes follow one another.
    ///
    /// - Throws: ``EBPFError`` that says how many were set before it failed.
    func updateAll(keys: UnsafeRawBufferPointer, values: UnsafeRawBufferPointer, count: Int, flags: UInt64) throws(EBPFError) {
        guard count > 0, let key = keys.baseAddress, let value = values.baseAddress else { return }
        let valueStride = try bytesPerValue
        var (done, status) = change(.mapUpdateBatch, key, value, count: count, flags: flags)
        if done == 0, Self.cannotBatch(status) {
            status = 0
            while done < count, status >= 0 {
                status = updateElement(
                    UnsafeMutableRawPointer(mutating: key + done * keySize), UnsafeMutableRawPointer(mutating: value + done * valueStride), flags)
                if status >= 0 { done += 1 }
            }
        }
        guard status >= 0 else {
            let error = failure("update map", status, flags: flags)
            throw EBPFError(
                error.code, error.operation, cause: "\(error.cause); \(done) of \(count) entries were set", remedy: error.remedy, errno: error.errno)
        }
    }

    /// Removes many keys, whose bytes follow one another; answers how many were there.
    func removeAll(keys: UnsafeRawBufferPointer, count: Int) throws(EBPFError) -> Int {
        guard count > 0, let key = keys.baseAddress else { return 0 }
        var (place, removed) = (0, 0)
        var isBatched = true
        while place < count {
            let start = key + place * keySize
            if isBatched {
                let (done, status) = change(.mapDeleteBatch, start, nil, count: count - place, flags: 0)
                removed += done
                place += done
                if status >= 0 { continue }
                // The kernel stops at a key that is not there.
                if status == -ENOENT {
                    place += 1
                } else if Self.cannotBatch(status) {
                    isBatched = false
                } else {
                    throw failure("remove from map", status)
                }
            } else {
                let status = deleteElement(UnsafeMutableRawPointer(mutating: start))
                guard status >= 0 || status == -ENOENT else { throw failure("remove from map", status) }
                if status >= 0 { removed += 1 }
                place += 1
            }
        }
        return removed
    }

    /// Sets many entries at once, given as bytes (Linux 5.6; one after another where the kernel or the kind cannot).
    ///
    /// - Parameters:
    ///   - keys: keys of ``keySize`` bytes, one after another.
    ///   - values: as many values, of ``valueByteCount`` bytes.
    /// - Throws: ``EBPFError`` where the numbers of bytes do not fit together, or the kernel refuses an entry; it says how many were set.
    public func updateAll(bytes keys: [UInt8], to values: [UInt8], _ condition: UpdateCondition = .always) throws(EBPFError) {
        let count = keySize > 0 ? keys.count / keySize : 0
        guard keySize > 0, keys.count == count * keySize, values.count == count * (try bytesPerValue) else {
            throw wrongSizes(key: keys.count, value: values.count)
        }
        do {
            try keys.withUnsafeBytes { keys in
                try values.withUnsafeBytes { try updateAll(keys: keys, values: $0, count: count, flags: condition.rawValue) }
            }
        } catch let error as EBPFError { throw error } catch { throw EBPFError(.invalid, "update map '\(name)'", cause: "\(error)") }
    }

    /// Removes many entries at once, given by the bytes of their keys, one after another (Linux 5.6; one by one where the kernel or the kind cannot).
    ///
    /// - Returns: how many of them were there.
    /// - Throws: ``EBPFError`` where the number of bytes is no multiple of ``keySize``, or the kernel refuses.
    public func removeAll(bytes keys: [UInt8]) throws(EBPFError) -> Int {
        guard keySize > 0, keys.count % keySize == 0 else { throw wrongSizes(key: keys.count, value: valueSize) }
        do {
            return try keys.withUnsafeBytes { try removeAll(keys: $0, count: keys.count / keySize) }
        } catch let error as EBPFError { throw error } catch { throw EBPFError(.invalid, "update map '\(name)'", cause: "\(error)") }
    }

    /// Hands every entry to `body` as bytes, as ``forEachEntry(_:)`` does, and removes it: none is lost between reading and removing. Linux 5.6,
    /// hashes.
    ///
    /// - Throws: what `body` throws, after which entries of its batch are lost; ``EBPFError`` where the kind cannot, or the kernel refuses.
    public func drainEntries(_ body: (_ key: RawSpan, _ value: RawSpan) throws -> Void) throws {
        let byteCount = try bytesPerValue
        try drain { key, value in
            try body(
                RawSpan(_unsafeBytes: UnsafeRawBufferPointer(start: key, count: keySize)),
                RawSpan(_unsafeBytes: UnsafeRawBufferPointer(start: value, count: byteCount)))
        }
    }

    @usableFromInline
    func drain(_ body: (UnsafeRawPointer, UnsafeRawPointer) throws -> Void) throws {
        guard try walkBatches(.mapLookupAndDeleteBatch, body) else { throw failure("take entries out of map", -EOPNOTSUPP) }
    }
}
