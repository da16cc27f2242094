// SPDX-License-Identifier: Apache-2.0

import Bytes

/// How often each name was taken, in one of C's name spaces.
///
/// Names are strings of a BTF, told apart by their text; eight bytes a name and no copies of them.
struct NameCounts {
    /// The offset of the name's string, 0 for a free place, and how often it was taken.
    private var places: [(name: UInt32, count: UInt32)]
    private var used = 0

    /// Begins with room for about so many names; more make it grow.
    init(expecting count: Int) {
        var room = 64
        while room < count { room *= 2 }
        places = Array(repeating: (0, 0), count: room)
    }

    /// Takes a name; answers how often it has been taken now, 1 for the first time.
    mutating func take(_ name: UInt32, in btf: BTF) -> Int {
        if used * 2 >= places.count { grow(btf) }
        let place = find(name, in: btf)
        if places[place].name == 0 {
            places[place].name = name
            used += 1
        }
        places[place].count += 1
        return Int(places[place].count)
    }

    private func find(_ name: UInt32, in btf: BTF) -> Int {
        let string = btf.place(ofString: name)
        var place = Int(NameHash(string.strings, at: string.offset)?.hash ?? 0) & (places.count - 1)
        while places[place].name != 0, places[place].name != name, !btf.stringsAreEqual(places[place].name, name) {
            place = (place + 1) & (places.count - 1)
        }
        return place
    }

    private mutating func grow(_ btf: BTF) {
        let old = places
        places = Array(repeating: (0, 0), count: old.count * 2)
        for entry in old where entry.name != 0 { places[find(entry.name, in: btf)] = entry }
    }
}

extension BTF {
    /// Whether two strings have the same text.
    func stringsAreEqual(_ left: UInt32, _ right: UInt32) -> Bool {
        let left = place(ofString: left)
        let right = place(ofString: right)
        var index = 0
        while let byte = left.strings[left.offset + index], byte == right.strings[right.offset + index] {
            if byte == 0 { return true }
            index += 1
        }
        return false
    }
}

extension CPrinter {
    /// Decides the name of a struct, union or enum when it is first met: one that is taken gets a number.
    mutating func putTag(_ id: TypeID, _ header: BTF.Header) {
        if !states[Int(id.rawValue)].contains(.named), header.kind != .forward {
            states[Int(id.rawValue)].insert(.named)
            let count = tags.take(header.nameOffset, in: btf)
            if count > 1 { numbers[id] = count }
        }
        put(identifier: header.nameOffset)
        put(suffix: numbers[id])
    }

    /// Decides the name of a typedef when it is first met.
    mutating func nameIdentifier(_ id: TypeID, _ name: UInt32) {
        guard !states[Int(id.rawValue)].contains(.named) else { return }
        states[Int(id.rawValue)].insert(.named)
        let count = identifiers.take(name, in: btf)
        if count > 1 { numbers[id] = count }
    }

    /// A flavor in the sense of CO-RE: what stands behind three underscores does not count for the kernel.
    mutating func put(suffix number: Int?) {
        guard let number else { return }
        put("___")
        put(number: UInt64(number))
    }
}
