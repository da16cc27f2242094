// SPDX-License-Identifier: Apache-2.0

import BTF
import Bytes
import ELF

extension ObjectReader {
    /// Reads the maps of sections `maps` and `maps/NAME`, in which each variable is a map in numbers alone.
    ///
    /// There are two layouts. That of libbpf before 1.0 and of older loaders (`struct bpf_map_def`, of 20 bytes or more) has kind, sizes of key and value,
    /// entries and flags, and in some loaders the place of the inner map and a node. That of iproute2 (`struct bpf_elf_map`, 36 bytes) has a number of
    /// the map's own, pinning, and the number of the inner map instead.
    mutating func readOldMaps() throws(ObjectError) {
        for section in elf.sections where section.name == "maps" || section.name.hasPrefix("maps/") {
            guard section.flags.contains(.allocated), section.kind == .programBits else { continue }
            try readOldMaps(in: section)
        }
        connectOldMaps()
    }

    private mutating func readOldMaps(in section: Section) throws(ObjectError) {
        // Old compilers gave the variables no size and no kind.
        let starts = symbols.filter {
            $0.sectionIndex == section.index && !$0.name.isEmpty && ($0.kind == .object || $0.kind == .none) && !$0.name.hasPrefix(".L")
        }.sorted { $0.value < $1.value }
        for (place, symbol) in starts.enumerated() {
            let end = place + 1 < starts.count ? starts[place + 1].value : section.size
            let size = symbol.size > 0 ? symbol.size : end &- symbol.value
            guard symbol.value <= section.size, size <= section.size - symbol.value,
                let bytes = section.bytes.slice(at: Int(clamping: symbol.value), count: Int(clamping: size))
            else { throw ObjectError(.malformed, "map '\(symbol.name)' lies outside of section \(section.name)") }
            guard mapsByOffset[section.index]?[symbol.value] == nil else {
                throw ObjectError(.malformed, "two maps of section \(section.name) begin at byte \(symbol.value)")
            }
            mapsByOffset[section.index, default: [:]][symbol.value] = maps.count
            let old = try OldMap(symbol.name, bytes, order: elf.byteOrder)
            oldMaps.append((maps.count, old))
            maps.append(try typed(old.definition))
        }
    }

    /// Gives a map its types, which such objects say in a struct of a certain name (`BPF_ANNOTATE_KV_PAIR`).
    private func typed(_ definition: MapDefinition) throws(ObjectError) -> MapDefinition {
        guard let btf, let id = btf.types(named: "____btf_map_" + definition.name, kinds: [.structure]).first else { return definition }
        var definition = definition
        do throws(BTFError) {
            guard case .composite(let pair) = try btf.type(id), pair.members.count == 2, pair.members[0].name == "key",
                pair.members[1].name == "value",
                try btf.byteCount(of: pair.members[0].type) == definition.keySize, try btf.byteCount(of: pair.members[1].type) == definition.valueSize
            else { return definition }
            definition.keyType = pair.members[0].type
            definition.valueType = pair.members[1].type
        } catch { throw ObjectError(error) }
        return definition
    }

    /// Finds the inner maps of maps of maps. Where the object names none, whoever loads it is to give one: some loaders' users do that.
    private mutating func connectOldMaps() {
        for (place, old) in oldMaps where maps[place].type.holdsMaps {
            let inner: Int?
            switch old.inner {
            case .place(let number): inner = oldMaps.indices.contains(number) ? oldMaps[number].place : nil
            case .identifier(let identifier): inner = oldMaps.first { $0.map.identifier == identifier && $0.place != place }?.place
            case nil: inner = nil
            }
            guard let inner, !maps[inner].type.holdsMaps else { continue }
            maps[place].inner = maps[inner]
            for (value, other) in oldMaps where other.identifier != nil && other.identifier == old.innerIdentifier {
                guard let index = other.indexInOuter else { continue }
                maps[place].initialValues.append(MapDefinition.InitialValue(index: index, target: .map(value)))
            }
        }
    }
}

/// A map as old objects declare it.
struct OldMap {
    var definition: MapDefinition
    /// The number by which other maps of the object mean it.
    var identifier: UInt32?
    /// Which map its values are like.
    var inner: Inner?
    /// The key under which it stands in the map that holds it.
    var indexInOuter: UInt32?

    enum Inner {
        /// By its place among the maps, in the order of their offsets.
        case place(Int)
        /// By its ``identifier``.
        case identifier(UInt32)
    }

    var innerIdentifier: UInt32? {
        if case .identifier(let identifier) = inner { identifier } else { nil }
    }

    /// Reads a map of either layout.
    init(_ name: String, _ bytes: ByteView, order: ByteOrder) throws(ObjectError) {
        let words = (0..<bytes.count / 4).compactMap { bytes.integer(UInt32.self, at: $0 * 4, order: order) }
        guard words.count >= 5, bytes.count % 4 == 0, words.count <= 64 else {
            throw ObjectError(.malformed, "map '\(name)' is declared with \(bytes.count) bytes; 20 to 28 (libbpf) and 36 (iproute2) are known")
        }
        definition = MapDefinition(
            name: name, type: MapType(rawValue: words[0]), keySize: words[1], valueSize: words[2], maxEntries: words[3],
            flags: MapFlags(rawValue: words[4]))
        guard definition.type.since != nil else { throw ObjectError(.unsupported, "map '\(name)' is of \(definition.type), which is not known") }
        if words.count == 9 {
            try readRouting(words)
        } else {
            try readFurther(words)
        }
    }

    /// iproute2's: id, pinning, inner id, inner index. An index of all ones stands for none.
    private mutating func readRouting(_ words: [UInt32]) throws(ObjectError) {
        identifier = words[5] == 0 ? nil : words[5]
        definition.pinning = words[6] == 0 ? .none : .byName
        if words[7] != 0 { inner = .identifier(words[7]) }
        indexInOuter = identifier == nil || words[8] == .max ? nil : words[8]
    }

    /// What some loaders had behind the five numbers: the place of the inner map, and a node. Anything else is not known, and must be zero.
    private mutating func readFurther(_ words: [UInt32]) throws(ObjectError) {
        if words.count > 5, definition.type.holdsMaps { inner = .place(Int(words[5])) }
        if words.count > 6, definition.flags.contains(.numaNode) { definition.numaNode = words[6] }
        let known = definition.type.holdsMaps ? 6 : 5
        guard words.dropFirst(definition.flags.contains(.numaNode) ? 7 : known).allSatisfy({ $0 == 0 }) else {
            throw ObjectError(.unsupported, "map '\(definition.name)' is declared with more than is known of old maps; declare it in section .maps")
        }
    }
}
