// SPDX-License-Identifier: Apache-2.0

import BPFObject
import Glibc

/// A set of values that answers whether one surely was not put in, in little memory.
///
///     let seen = try BloomFilter<UInt32>(loaded.map("seen"))
///     try seen.push(42)
///     if try !seen.mayContain(43) { ... }
///
/// Nothing is taken out, and there is nothing to list. Linux 5.16. `include/uapi/linux/bpf.h`: `BPF_MAP_TYPE_BLOOM_FILTER`.
public struct BloomFilter<Value: BitwiseCopyable>: MapKind {
    /// The map.
    public let map: Map

    /// The map as one of this kind.
    ///
    /// - Throws: ``EBPFError`` where it is of another kind, or its values are of another size or type. The kernel is not asked.
    public init(_ map: Map) throws(EBPFError) {
        self.map = try map.checked(as: Self.self, [.bloomFilter], value: SwiftLayout(Value.self))
    }

    /// Puts a value in. The filter takes any number; with more than `max_entries`, more answers are wrong.
    ///
    /// - Throws: ``EBPFError`` where the kernel refuses.
    public func push(_ value: Value) throws(EBPFError) {
        let status = Map.withBytes(of: value) { map.updateElement(nil, $0, 0) }
        guard status >= 0 else { throw map.failure("update map", status) }
    }

    /// Whether a value may have been put in; `false` is certain (`bpf_map_peek_elem`).
    ///
    /// - Throws: ``EBPFError`` where the kernel refuses.
    public func mayContain(_ value: Value) throws(EBPFError) -> Bool {
        // The kernel reads the value from where others have theirs written.
        let status = Map.withBytes(of: value) { map.lookupElement(nil, $0, 0) }
        guard status >= 0 || status == -ENOENT else { throw map.failure("read map", status) }
        return status >= 0
    }
}
