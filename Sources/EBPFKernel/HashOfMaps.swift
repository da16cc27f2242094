// SPDX-License-Identifier: GPL-2.0-only OR MIT

/// Maps by keys.
///
///     let tables = HashOfMaps<UInt32, HashMap<UInt32, UInt64>>(maxEntries: 8, of: HashMap(maxEntries: 1024))
///
///     guard let table = tables.lookup(3) else { return 0 }
///     table.pointee.update(1, 2)
///
/// The map that is passed is a pattern: user space makes such maps (`innerMap(of:)`) and puts them in. Linux 4.12.
/// `include/uapi/linux/bpf.h`: `BPF_MAP_TYPE_HASH_OF_MAPS`.
@frozen public struct HashOfMaps<Key: BitwiseCopyable, Inner: InnerMap & ~Copyable>: ~Copyable, @unchecked Sendable {
    @usableFromInline let declaration: MapDeclaration
    @usableFromInline let pattern: MapDeclaration
    @usableFromInline let identity = MapIdentity()

    /// A map of at most `maxEntries` maps, none at first. What is passed must be known when the kernel half is compiled.
    ///
    /// - Parameter inner: what the maps in it are like, which is no map of its own.
    @inline(__always) public init(maxEntries: UInt32, of inner: borrowing Inner, flags: MapFlags = .none, pinning: MapPinning = .none) {
        declaration = MapDeclaration(type: 13, maxEntries: maxEntries, flags: flags, pinning: pinning)
        pattern = inner.declaration
    }

    /// The map under a key: `lookup(3)?.pointee` has all that such a map has. `nil` where none is there. Linux 4.12.
    @inline(__always) public func lookup(_ key: Key) -> UnsafePointer<Inner>? {
        withUnsafePointer(to: self) { map in lookUpMap(key, in: UnsafeMutableRawPointer(mutating: map)) }
    }
}
