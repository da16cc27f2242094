// SPDX-License-Identifier: Apache-2.0

import Bytes

/// Strings that stand one behind the other, each of them once.
struct StringTable: Sendable {
    /// The strings, each with its NUL. They continue those of the base.
    private(set) var bytes: [UInt8]
    private let base: ByteView?
    /// The offset of the first string that is not the base's.
    let firstOffset: Int
    /// Where strings are, by their hash: the offset plus one, and 0 for a free place.
    private var slots: [UInt32]
    private var usedSlots = 0

    /// No strings but the empty one, or those of the base.
    ///
    /// - Parameter reusesBase: whether strings of the base are looked for, which means to look at all of them first.
    init(base: ByteView? = nil, reusesBase: Bool = true) {
        self.base = base
        firstOffset = base?.count ?? 0
        bytes = base == nil ? [0] : []
        slots = [UInt32](repeating: 0, count: 64)
        guard let base, reusesBase else { return }
        base.withBytes { enterAll($0, first: 0) }
    }

    /// All strings of a BTF at the offsets that they have there.
    init(copying btf: BTF) {
        self.init(base: btf.base?.strings)
        bytes = btf.strings.array()
        // What has no end is no string; nor must it get an end when more strings follow.
        var last = bytes.count
        while last > 0, bytes[last - 1] != 0 {
            last -= 1
            bytes[last] = 0
        }
        if bytes.isEmpty && base == nil { bytes = [0] }
        let copy = bytes
        enterAll(copy.span.bytes, first: firstOffset)
    }

    /// The offset behind the last string.
    var end: Int { firstOffset + bytes.count }

    /// The offset of a string, which is appended where it is new.
    ///
    /// - Throws: ``BTFError`` where it holds a NUL, or all strings together are larger than 4 GiB.
    mutating func offset(of text: String) throws(BTFError) -> UInt32 {
        let bytes = Array(text.utf8)
        guard !bytes.contains(0) else { throw BTFError(.malformed, "the name '\(text)' holds a NUL") }
        return try offset(of: bytes.span.bytes)
    }

    /// The offset of a string without a NUL in it, which is appended where it is new.
    mutating func offset(of text: RawSpan) throws(BTFError) -> UInt32 {
        guard text.byteCount > 0 else { return 0 }
        if let offset = find(text) { return offset }
        guard end + text.byteCount + 1 < Int(UInt32.max) else { throw BTFError(.malformed, "the strings are larger than 4 GiB") }
        let offset = UInt32(end)
        enter(text, at: Int(offset))
        for index in 0..<text.byteCount { bytes.append(text.unsafeLoad(fromUncheckedByteOffset: index, as: UInt8.self)) }
        bytes.append(0)
        return offset
    }

    /// The offset of a string of another BTF, which is appended where it is new; ill-formed UTF-8 stays as it is.
    mutating func offset(ofStringAt offset: UInt32, in btf: BTF) throws(BTFError) -> UInt32 {
        guard offset != 0 else { return 0 }
        let (strings, place) = btf.place(ofString: offset)
        guard let length = strings.stringLength(at: place), let text = strings.slice(at: place, count: length) else { return 0 }
        return try text.withBytes { (bytes) throws(BTFError) in try self.offset(of: bytes) }
    }

    /// The bytes of the string at an offset, without the NUL; none where there is no string.
    func text(at offset: UInt32) -> [UInt8] {
        var text: [UInt8] = []
        var offset = Int(offset)
        while let byte = byte(offset), byte != 0 {
            text.append(byte)
            offset += 1
        }
        return text
    }

    /// The offset at which the string that stands at an offset stands first; 0 where there is none.
    ///
    /// Strings that were copied from elsewhere may stand there twice.
    func firstOffset(ofStringAt offset: UInt32) -> UInt32 {
        guard offset != 0 else { return 0 }
        if Int(offset) < firstOffset {
            guard let base, let length = base.stringLength(at: Int(offset)), let text = base.slice(at: offset, count: length) else { return 0 }
            return text.withBytes { find($0) } ?? offset
        }
        let start = Int(offset) - firstOffset
        guard start < bytes.count, let end = bytes[start...].firstIndex(of: 0) else { return 0 }
        return find(bytes.span.bytes.extracting(start..<end)) ?? offset
    }

    /// Where a string stands; `nil` where it does not.
    private func find(_ text: RawSpan) -> UInt32? {
        guard text.byteCount > 0 else { return 0 }
        var slot = slot(for: text)
        while slots[slot] != 0 {
            if isString(at: Int(slots[slot] - 1), text) { return slots[slot] - 1 }
            slot = (slot + 1) & (slots.count - 1)
        }
        return nil
    }

    private func slot(for text: RawSpan) -> Int {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for index in 0..<text.byteCount {
            hash = (hash ^ UInt64(text.unsafeLoad(fromUncheckedByteOffset: index, as: UInt8.self))) &* 0x100_0000_01B3
        }
        return Int(truncatingIfNeeded: (hash ^ hash >> 29) &* 0x9E37_79B9_7F4A_7C15 >> 32) & (slots.count - 1)
    }

    private func byte(_ offset: Int) -> UInt8? {
        if offset >= firstOffset { return offset - firstOffset < bytes.count ? bytes[offset - firstOffset] : nil }
        return base?[offset]
    }

    private func isString(at offset: Int, _ text: RawSpan) -> Bool {
        for index in 0..<text.byteCount where byte(offset + index) != text.unsafeLoad(fromUncheckedByteOffset: index, as: UInt8.self) {
            return false
        }
        return byte(offset + text.byteCount) == 0
    }

    /// Enters the strings that stand one behind the other from an offset on; of equal ones the first.
    private mutating func enterAll(_ all: RawSpan, first: Int) {
        var start = 0
        for place in 0..<all.byteCount where all.unsafeLoad(fromUncheckedByteOffset: place, as: UInt8.self) == 0 {
            if place > start { enter(all.extracting(start..<place), at: first + start) }
            start = place + 1
        }
    }

    private mutating func enter(_ text: RawSpan, at offset: Int) {
        if (usedSlots + 1) * 4 > slots.count * 3 { grow() }
        var slot = slot(for: text)
        while slots[slot] != 0 {
            // Of equal ones the first. Nothing stands yet where the new one will.
            if isString(at: Int(slots[slot] - 1), text) { return }
            slot = (slot + 1) & (slots.count - 1)
        }
        slots[slot] = UInt32(truncatingIfNeeded: offset + 1)
        usedSlots += 1
    }

    private mutating func grow() {
        let old = slots
        slots = [UInt32](repeating: 0, count: old.count * 2)
        let own = bytes
        for entry in old where entry != 0 {
            let offset = Int(entry - 1)
            var slot = 0
            if offset >= firstOffset {
                let start = offset - firstOffset
                slot = self.slot(for: own.span.bytes.extracting(start..<(own[start...].firstIndex(of: 0) ?? own.count)))
            } else if let base, let length = base.stringLength(at: offset), let text = base.slice(at: offset, count: length) {
                slot = text.withBytes { self.slot(for: $0) }
            }
            while slots[slot] != 0 { slot = (slot + 1) & (slots.count - 1) }
            slots[slot] = entry
        }
    }
}
