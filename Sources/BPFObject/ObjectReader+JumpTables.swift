// SPDX-License-Identifier: Apache-2.0

import Bytes
import ELF

extension ObjectReader {
    /// The section in which clang 22 and newer put tables of places to which functions jump by number (`switch`).
    static let jumpTableSection = ".jumptables"

    /// Reads a table of a function: offsets in bytes in the function's section, eight bytes each.
    ///
    /// - Returns: the slots in the function.
    func jumpTable(_ symbol: Symbol, in section: Section, of function: Function) throws(ObjectError) -> [UInt32] {
        guard symbol.value % 8 == 0, symbol.size % 8 == 0, symbol.size > 0,
            let bytes = section.bytes.slice(at: Int(clamping: symbol.value), count: Int(clamping: symbol.size))
        else { throw ObjectError(.malformed, "the table of jumps of '\(function.name)' does not lie in section \(section.name)") }
        var slots: [UInt32] = []
        for place in stride(from: 0, to: bytes.count, by: 8) {
            guard let offset = bytes.integer(UInt64.self, at: place, order: elf.byteOrder), offset % 8 == 0,
                let slot = UInt32(exactly: Int64(clamping: offset / 8) - Int64(function.start)), slot < function.instructions.count
            else { throw ObjectError(.malformed, "the table of jumps of '\(function.name)' leads out of the function") }
            slots.append(slot)
        }
        return slots
    }
}
