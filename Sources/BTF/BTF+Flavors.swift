// SPDX-License-Identifier: Apache-2.0

import Bytes

/// Names with flavors: what stands behind three underscores tells apart several forms of one kernel type (`task_struct___old`).
extension BTF {
    /// How long the name at an offset is without its flavor; `nil` where it has none. See ``essentialName(_:)``.
    func flavorlessLength(at offset: UInt32) -> Int? {
        let (strings, start) = place(ofString: offset)
        guard let length = strings.stringLength(at: start), length > 4 else { return nil }
        let underscore = UInt8(ascii: "_")
        var index = length - 5
        while index >= 0 {
            // From the end: where the middle one of three is none, neither here nor one place before can three begin.
            guard strings[start + index + 2] == underscore else {
                index -= 2
                continue
            }
            if strings[start + index + 1] == underscore, strings[start + index + 3] == underscore, strings[start + index] != underscore,
                strings[start + index + 4] != underscore
            {
                return index + 1
            }
            index -= 1
        }
        return nil
    }

    /// Whether the name at an offset is this one with a flavor.
    func isFlavor(of text: [UInt8], at offset: UInt32) -> Bool {
        let (strings, start) = place(ofString: offset)
        return strings.beginsWith(text, at: start) && strings[start + text.count] == UInt8(ascii: "_") && flavorlessLength(at: offset) == text.count
    }

    /// The own types of each name and kinds, whatever their flavors, in the order of their numbers. Those of the base are not among them.
    ///
    /// One pass over the types answers for all names. Where the index of names is there, or more names are asked for than a pass can tell
    /// apart quickly, it answers.
    package func ownTypes(namedIgnoringFlavor wanted: [(name: String, kinds: Set<BTFKind>)]) -> [[TypeID]] {
        let texts = wanted.map { Array($0.name.utf8) }
        let masks = wanted.map { Self.mask($0.kinds) }
        // A name that has a flavor itself is that of no type without one.
        let mayBeWhole = wanted.map { essentialName($0.name) == $0.name }
        var found = [[TypeID]](repeating: [], count: wanted.count)
        func isWanted(_ index: Int, _ query: Int, whole: Bool, flavor: Bool) -> Bool {
            guard let header = ownNameAndInfo(index), header.info.isOf(masks[query]) else { return false }
            let place = place(ofString: header.name)
            if whole, mayBeWhole[query], place.strings.holdsString(texts[query], at: place.offset) { return true }
            return flavor && isFlavor(of: texts[query], at: header.name)
        }
        if let index = names.index(of: self, now: wanted.count > Self.namesForOnePass) {
            for query in wanted.indices where !texts[query].isEmpty {
                let hash = NameHash(wanted[query].name).hash
                index.forEach(hash) { if isWanted($0, query, whole: true, flavor: false) { found[query].append(ownID($0)) } }
                for place in index.flavors(hash) where isWanted(Int(place), query, whole: false, flavor: true) {
                    found[query].append(ownID(Int(place)))
                }
                found[query].sort { $0.rawValue < $1.rawValue }
            }
            return found
        }
        var byFirstByte = [[Int]](repeating: [], count: 256)
        for query in wanted.indices { if let first = texts[query].first { byFirstByte[Int(first)].append(query) } }
        scan(masks.reduce(0, |)) { index in
            guard let name = types.integer(UInt32.self, at: Int(offsets[index]), order: byteOrder), name != 0 else { return }
            let place = place(ofString: name)
            guard let first = place.strings[place.offset] else { return }
            for query in byFirstByte[Int(first)] where isWanted(index, query, whole: true, flavor: true) { found[query].append(ownID(index)) }
        }
        return found
    }

    private static let namesForOnePass = 64
}

/// Comparing names of two sets of types.
extension BTF {
    /// Whether there is a name at an offset.
    package func hasText(at offset: UInt32) -> Bool {
        guard offset != 0 else { return false }
        let (strings, start) = place(ofString: offset)
        return strings[start] ?? 0 != 0
    }

    /// Whether the name at an offset is the one at an offset of other strings, and how many bytes were compared.
    package func compare(_ offset: UInt32, with other: BTF, _ otherOffset: UInt32) -> (isEqual: Bool, length: Int) {
        let (own, start) = place(ofString: offset)
        let (theirs, otherStart) = other.place(ofString: otherOffset)
        var index = 0
        while let byte = own[start + index], byte == theirs[otherStart + index] {
            if byte == 0 { return (true, index) }
            index += 1
        }
        return (false, index)
    }

    /// Whether the name at an offset is this one when its flavor is taken away.
    package func nameWithoutFlavor(at offset: UInt32, is text: [UInt8]) -> Bool {
        let (strings, start) = place(ofString: offset)
        guard strings.beginsWith(text, at: start) else { return false }
        return strings[start + text.count] == 0 && flavorlessLength(at: offset) == nil || isFlavor(of: text, at: offset)
    }

    /// The name at an offset without its flavor.
    ///
    /// - Throws: ``BTFError`` for a name of more than 4,096 bytes.
    package func nameWithoutFlavor(at offset: UInt32) throws(BTFError) -> String {
        let name = try boundedName(at: offset)
        guard let length = flavorlessLength(at: offset) else { return name }
        return String(decoding: name.utf8.prefix(length), as: UTF8.self)
    }
}
