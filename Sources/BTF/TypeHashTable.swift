// SPDX-License-Identifier: Apache-2.0

/// Types by a hash of what they are: chains that run through the numbers of the types. Each type is entered once at most.
struct TypeHashTable {
    private var heads: [UInt32]
    private var next: [UInt32]

    /// For types whose numbers are below `count`.
    init(count: Int) {
        var size = 64
        while size < count { size *= 2 }
        heads = [UInt32](repeating: 0, count: size)
        next = [UInt32](repeating: 0, count: count)
    }

    mutating func add(_ type: UInt32, hash: UInt64) {
        let bucket = bucket(hash)
        next[Int(type)] = heads[bucket]
        heads[bucket] = type
    }

    /// The type of this hash that was entered last, others may be among them; 0 where there is none.
    @inline(__always)
    func first(_ hash: UInt64) -> UInt32 { heads[bucket(hash)] }

    /// The one that was entered before; 0 where there is none.
    @inline(__always)
    func after(_ type: UInt32) -> UInt32 { next[Int(type)] }

    @inline(__always)
    private func bucket(_ hash: UInt64) -> Int {
        Int(truncatingIfNeeded: (hash &* 0x9E37_79B9_7F4A_7C15) >> 24) & (heads.count - 1)
    }
}
