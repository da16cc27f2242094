// SPDX-License-Identifier: Apache-2.0

import Bytes

extension BTF {
    /// Where the variables of a data section really lie, which only the object's symbols and sections know.
    public struct DataSectionLayout: Sendable {
        /// The section's size in bytes.
        public var byteCount: UInt32
        /// The offset in bytes of each variable, in the order of the type's entries.
        public var offsets: [UInt32]

        /// A layout in bytes, with one offset for each entry of the type.
        public init(byteCount: UInt32, offsets: [UInt32]) {
            self.byteCount = byteCount
            self.offsets = offsets
        }
    }

    /// A copy of the bytes in which data sections have their sizes and offsets, as the kernel demands when it loads them.
    ///
    /// The entries come out sorted by offset, which the kernel demands as well. Nothing changes its length, so every number
    /// and offset stays as it was.
    ///
    /// - Throws: ``BTFError`` where a type is no data section, or has another number of variables than its layout.
    public func bytes(layingOut sections: [TypeID: DataSectionLayout]) throws(BTFError) -> [UInt8] {
        var copy = bytes.array()
        for (id, layout) in sections {
            let header = try header(of: id)
            guard Int(id.rawValue) >= firstIndex, header.kind == .dataSection, header.count == layout.offsets.count,
                case .dataSection(let section) = try type(id)
            else { throw BTFError(.malformed, "type \(id.rawValue) is not a data section of \(layout.offsets.count) variables") }
            let start = typesStart + header.rest
            _ = copy.store(integer: layout.byteCount, at: start - 4, order: byteOrder)
            let entries = zip(section.variables, layout.offsets).sorted { $0.1 < $1.1 }
            for (index, (entry, offset)) in entries.enumerated() {
                _ = copy.store(integer: entry.type.rawValue, at: start + 12 * index, order: byteOrder)
                _ = copy.store(integer: offset, at: start + 12 * index + 4, order: byteOrder)
                _ = copy.store(integer: entry.byteCount, at: start + 12 * index + 8, order: byteOrder)
            }
        }
        return copy
    }
}
