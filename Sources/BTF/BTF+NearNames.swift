// SPDX-License-Identifier: Apache-2.0

import Bytes

extension BTF {
    /// The names of types of these kinds that are most like a name, for whoever mistyped it: at most three, the nearest first.
    ///
    /// Like it is what becomes it, upper and lower case taken for the same, by adding, removing or changing one byte for each four
    /// that it has. Names of more than 64 bytes are like no other, so that no file makes the search long.
    public func names(like name: String, kinds: Set<BTFKind>) -> [String] {
        let wanted = name.utf8.map(Self.lowercased)
        guard wanted.count <= Self.likenessBound else { return [] }
        let limit = max(1, wanted.count / 4)
        var nearest: [(distance: Int, name: String)] = []
        var seen: Set<UInt32> = []
        for type in types(ofKinds: kinds) {
            let limit = nearest.count < 3 ? limit : nearest[2].distance
            guard let offset = try? header(of: type).nameOffset, let found = shortName(at: offset, wanted.count - limit...wanted.count + limit),
                seen.insert(offset).inserted, let distance = Self.distance(wanted, found, limit: limit)
            else { continue }
            let candidate = (distance, string(at: offset))
            guard !nearest.contains(where: { $0.name == candidate.1 }) else { continue }
            nearest.insert(candidate, at: nearest.firstIndex { candidate < $0 } ?? nearest.count)
            nearest = Array(nearest.prefix(3))
        }
        return nearest.map(\.name)
    }

    private static let likenessBound = 64

    private static func lowercased(_ byte: UInt8) -> UInt8 { 0x41...0x5A ~= byte ? byte | 0x20 : byte }

    /// A name in lower case, where it is of one of these lengths, not empty, and not longer than the bound.
    private func shortName(at offset: UInt32, _ lengths: ClosedRange<Int>) -> [UInt8]? {
        let (strings, start) = place(ofString: offset)
        guard let length = strings.stringLength(at: start), lengths.contains(length), 1...Self.likenessBound ~= length else { return nil }
        return strings.slice(at: start, count: length)?.array().map(Self.lowercased)
    }

    /// How many bytes must be added, removed or changed to make one of the other (Levenshtein's distance), where it is within the limit.
    private static func distance(_ one: [UInt8], _ other: [UInt8], limit: Int) -> Int? {
        guard abs(one.count - other.count) <= limit else { return nil }
        var row = Array(0...other.count)
        for (index, byte) in one.enumerated() {
            var diagonal = row[0]
            row[0] = index + 1
            var least = row[0]
            for column in other.indices {
                let changed = diagonal + (byte == other[column] ? 0 : 1)
                diagonal = row[column + 1]
                row[column + 1] = min(changed, diagonal + 1, row[column] + 1)
                least = min(least, row[column + 1])
            }
            if least > limit { return nil }
        }
        return row[other.count] <= limit ? row[other.count] : nil
    }
}

extension BTFError {
    /// That no type of these kinds has a name, and which names are like it.
    static func noType(named name: String, in btf: BTF, kinds: Set<BTFKind>) -> BTFError {
        let like = btf.names(like: name, kinds: kinds).map { "'\($0)'" }.joined(separator: ", ")
        return BTFError(.noSuchType, "there is no type named '\(name)'\(like.isEmpty ? "" : "; names like it: \(like)")")
    }
}
