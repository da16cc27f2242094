// SPDX-License-Identifier: GPL-2.0-only OR MIT

/// Hands a copy of a value to `body` in room of its stride, in which the bytes that belong to no member are zero: the kernel compares and
/// copies all bytes of a key, a value or a record. Where there are no such bytes, nothing is left of the zeroes.
@_transparent @usableFromInline
func withZeroedCopy<Value: BitwiseCopyable, Result>(of value: Value, _ body: (UnsafeMutableRawPointer) -> Result) -> Result {
    withUnsafeTemporaryAllocation(byteCount: MemoryLayout<Value>.stride, alignment: MemoryLayout<Value>.alignment) { room in
        let place = room.baseAddress.unsafelyUnwrapped
        // In pieces as large as the alignment allows: what is left of them are single stores.
        if MemoryLayout<Value>.alignment >= 8 {
            _ = place.initializeMemory(as: UInt64.self, repeating: 0, count: MemoryLayout<Value>.stride / 8)
        } else if MemoryLayout<Value>.alignment == 4 {
            _ = place.initializeMemory(as: UInt32.self, repeating: 0, count: MemoryLayout<Value>.stride / 4)
        } else {
            _ = place.initializeMemory(as: UInt8.self, repeating: 0, count: MemoryLayout<Value>.stride)
        }
        _ = place.initializeMemory(as: Value.self, to: value)
        return body(place)
    }
}
