// SPDX-License-Identifier: Apache-2.0

/// Keys or values one after another, as the kernel takes them: each of the map's size, zero behind the last member.
@usableFromInline
struct PackedBytes {
    @usableFromInline var bytes: [UInt8] = []
    @usableFromInline let size: Int

    /// Bytes for so many of a size. A number that memory has no room for is not reserved.
    @usableFromInline
    init(_ size: Int, count: Int) {
        self.size = size
        let (byteCount, isTooMany) = size.multipliedReportingOverflow(by: count)
        if !isTooMany, byteCount < 1 << 32 { bytes.reserveCapacity(byteCount) }
    }

    @inlinable
    mutating func append<Value: BitwiseCopyable>(_ value: Value) {
        withUnsafeBytes(of: value) { bytes.append(contentsOf: UnsafeRawBufferPointer(rebasing: $0.prefix(size))) }
        let missing = size &- MemoryLayout<Value>.size
        if missing > 0 { bytes.append(contentsOf: repeatElement(0, count: missing)) }
    }
}
