// SPDX-License-Identifier: GPL-2.0-only OR MIT

import CEBPFHelpers

/// A kind of map that can lie in another one: ``ArrayOfMaps`` and ``HashOfMaps``.
public protocol InnerMap: ~Copyable {
    /// What it was declared as.
    var declaration: MapDeclaration { get }
}

/// A map that lies in another one.
@_transparent @usableFromInline
func lookUpMap<Key: BitwiseCopyable, Inner: InnerMap & ~Copyable>(_ key: Key, in map: UnsafeMutableRawPointer) -> UnsafePointer<Inner>? {
    withZeroedCopy(of: key) { key in UnsafeRawPointer(bpf_map_lookup_elem(map, key))?.assumingMemoryBound(to: Inner.self) }
}
