// SPDX-License-Identifier: Apache-2.0

package import Bytes

/// BTF that a test puts together type by type, right or wrong.
///
/// The layout is written out here from `Documentation/bpf/btf.rst` of the kernel and shares nothing with the reader under
/// test.
package struct BTFImage {
    package var order: ByteOrder
    /// The bytes of all types, one behind the other.
    package private(set) var types: [UInt8] = []
    /// The number of types, void counted: the number of the next one.
    package private(set) var count: UInt32 = 1
    package private(set) var strings: [UInt8] = [0]
    private var offsets: [String: UInt32] = ["": 0]

    /// Where the strings begin to count: behind those of the base.
    private var firstString: UInt32 = 0

    package init(order: ByteOrder = .native) {
        self.order = order
    }

    /// Types that stand on others and continue their numbers and strings, as those of a kernel module do.
    package init(standingOn base: BTFImage) {
        order = base.order
        count = base.count
        strings = []
        offsets = base.offsets
        firstString = UInt32(base.strings.count)
    }

    /// The offset of a string, which is added where it is new.
    package mutating func string(_ text: String) -> UInt32 {
        if let offset = offsets[text] { return offset }
        let offset = firstString + UInt32(strings.count)
        strings += Array(text.utf8) + [0]
        offsets[text] = offset
        return offset
    }

    /// Adds a type as it stands in the file: the twelve bytes that all have, and the words that follow them.
    ///
    /// - Returns: its number.
    @discardableResult
    package mutating func add(
        kind: UInt32, name: String = "", count: Int = 0, flag: Bool = false, sizeOrType: UInt32 = 0, _ words: [UInt32] = []
    ) -> UInt32 {
        add(kind: kind, nameOffset: string(name), count: count, flag: flag, sizeOrType: sizeOrType, words)
    }

    /// Adds a type whose name is whatever stands at an offset of the strings.
    @discardableResult
    package mutating func add(
        kind: UInt32, nameOffset: UInt32, count: Int = 0, flag: Bool = false, sizeOrType: UInt32 = 0, _ words: [UInt32] = []
    ) -> UInt32 {
        let info = UInt32(count) | kind << 24 | (flag ? 1 << 31 : 0)
        for word in [nameOffset, info, sizeOrType] + words { types.append(integer: word, order: order) }
        self.count += 1
        return self.count - 1
    }

    /// The whole: a header of 24 bytes, the types, the strings.
    ///
    /// - Parameter sizes: one pair for each kind, in bytes: what follows a type once, and an entry. Then the header has 32 bytes.
    package func bytes(sizes: [(once: UInt8, each: UInt8)] = []) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.append(integer: UInt16(0xEB9F), order: order)
        bytes += [1, 0]
        let (typesCount, sizesCount) = (UInt32(types.count), UInt32(4 * sizes.count))
        for word in [sizes.isEmpty ? 24 : 32, 0, typesCount, typesCount + sizesCount, UInt32(strings.count)] {
            bytes.append(integer: word, order: order)
        }
        if !sizes.isEmpty { for word in [typesCount, sizesCount] { bytes.append(integer: word, order: order) } }
        return bytes + types + sizes.flatMap { [$0.once, $0.each, 0, 0] } + strings
    }
}

extension BTFImage {
    /// A member of a struct or union. With a width it is a bitfield, and so must be all others or have width 0.
    package struct Member {
        package var name: String, type: UInt32, bitOffset: UInt32, bitCount: UInt32

        package init(_ name: String, _ type: UInt32, at bitOffset: UInt32, bits bitCount: UInt32 = 0) {
            self.name = name
            self.type = type
            self.bitOffset = bitOffset
            self.bitCount = bitCount
        }
    }

    @discardableResult
    package mutating func integer(_ name: String, size: UInt32, encoding: UInt32 = 0, bits: UInt32? = nil) -> UInt32 {
        add(kind: 1, name: name, sizeOrType: size, [encoding << 24 | (bits ?? size &* 8) & 0xFF])
    }

    @discardableResult
    package mutating func pointer(to type: UInt32) -> UInt32 { add(kind: 2, sizeOrType: type) }

    @discardableResult
    package mutating func array(of element: UInt32, count: UInt32, index: UInt32 = 1) -> UInt32 {
        add(kind: 3, [element, index, count])
    }

    @discardableResult
    package mutating func structure(_ name: String, size: UInt32, isUnion: Bool = false, _ members: [Member]) -> UInt32 {
        let hasBitfields = members.contains { $0.bitCount > 0 }
        let words = members.flatMap { member in
            [string(member.name), member.type, hasBitfields ? member.bitCount << 24 | member.bitOffset : member.bitOffset]
        }
        return add(
            kind: isUnion ? 5 : 4, name: name, count: members.count, flag: hasBitfields, sizeOrType: size, words)
    }

    @discardableResult
    package mutating func enumeration(
        _ name: String, size: UInt32 = 4, isSigned: Bool = false, _ values: [(String, Int32)]
    ) -> UInt32 {
        let words = values.flatMap { [string($0.0), UInt32(bitPattern: $0.1)] }
        return add(kind: 6, name: name, count: values.count, flag: isSigned, sizeOrType: size, words)
    }

    @discardableResult
    package mutating func enumeration64(_ name: String, isSigned: Bool = false, _ values: [(String, UInt64)]) -> UInt32 {
        let words = values.flatMap { [string($0.0), UInt32(truncatingIfNeeded: $0.1), UInt32($0.1 >> 32)] }
        return add(kind: 19, name: name, count: values.count, flag: isSigned, sizeOrType: 8, words)
    }

    @discardableResult
    package mutating func alias(_ name: String, _ type: UInt32) -> UInt32 { add(kind: 8, name: name, sizeOrType: type) }

    @discardableResult
    package mutating func prototype(result: UInt32, _ parameters: [(String, UInt32)]) -> UInt32 {
        let words = parameters.flatMap { [string($0.0), $0.1] }
        return add(kind: 13, count: parameters.count, sizeOrType: result, words)
    }

    @discardableResult
    package mutating func function(_ name: String, prototype: UInt32, linkage: Int = 1) -> UInt32 {
        add(kind: 12, name: name, count: linkage, sizeOrType: prototype)
    }

    @discardableResult
    package mutating func variable(_ name: String, _ type: UInt32, linkage: UInt32 = 1) -> UInt32 {
        add(kind: 14, name: name, sizeOrType: type, [linkage])
    }

    @discardableResult
    package mutating func dataSection(
        _ name: String, size: UInt32, _ entries: [(type: UInt32, offset: UInt32, size: UInt32)]
    ) -> UInt32 {
        add(kind: 15, name: name, count: entries.count, sizeOrType: size, entries.flatMap { [$0.type, $0.offset, $0.size] })
    }
}
