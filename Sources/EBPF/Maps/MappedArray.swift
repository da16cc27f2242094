// SPDX-License-Identifier: Apache-2.0

import BPFObject
import Glibc

/// The values of an array in this process's memory, which programs see change at once, and the other way round: no call of the kernel.
///
///     let totals = try MappedArray<UInt64>(loaded.map("totals"))
///     totals.store(0, at: 3)
///     print(totals.load(3) ?? 0)
///
/// A value of up to eight bytes is read and written whole; of a larger one a part may be newer than another. Unmapped when the value goes. Arrays
/// with ``MapFlags/mappable``; Linux 5.5.
public struct MappedArray<Value: BitwiseCopyable>: ~Copyable, Sendable {
    /// How many values there are.
    public let count: Int
    private let mapping: SharedMapping
    private let stride: Int
    private let isWritable: Bool

    /// Maps the values of an array.
    ///
    /// - Parameter isWritable: whether they can be changed; a frozen map can only be read.
    /// - Throws: ``EBPFError`` where the map is no array that can be mapped, the type does not fit its values, or the kernel refuses.
    public init(_ map: Map, isWritable: Bool = true) throws(EBPFError) {
        let map = try ArrayMap<Value>(map).map
        let operation = "map the values of '\(map.name)' into memory"
        guard map.flags.contains(.mappable) else {
            throw EBPFError(
                .invalid, operation, cause: "it was created without BPF_F_MMAPABLE", remedy: "declare it with that flag, or read it by its indices")
        }
        // The kernel keeps the values in steps of eight bytes.
        let step = (map.valueSize + 7) & ~7
        let (byteCount, overflow) = step.multipliedReportingOverflow(by: map.maxEntries)
        guard !overflow, byteCount > 0 else { throw EBPFError(system: EINVAL, operation) }
        guard let mapping = Mapping(map.descriptor.number, offset: 0, byteCount: byteCount, isWritable: isWritable) else {
            throw EBPFError(system: errno, operation, remedy: isWritable ? "map it for reading alone, where it is frozen" : nil)
        }
        self.mapping = SharedMapping(mapping)
        stride = step
        self.isWritable = isWritable
        count = map.maxEntries
    }

    /// The value at an index; `nil` behind the last.
    public func load(_ index: Int) -> Value? {
        guard index >= 0, index < count else { return nil }
        return (mapping.start + index * stride).loadUnaligned(as: Value.self)
    }

    /// Sets the value at an index; answers `false` behind the last, and where the values are mapped for reading alone.
    @discardableResult
    public func store(_ value: Value, at index: Int) -> Bool {
        guard isWritable, index >= 0, index < count else { return false }
        (mapping.start + index * stride).storeBytes(of: value, as: Value.self)
        return true
    }
}
