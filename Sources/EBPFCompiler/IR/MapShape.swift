// SPDX-License-Identifier: Apache-2.0

/// A map's declaration, as the kernel half's library lays it out (`MapDeclaration`).
struct MapShape {
    private let numbers: [Int]
    private let bytes: [UInt8]

    /// - Parameter bytes: the declaration, and behind it that of the maps which are its values, or the numbers of the programs that are.
    init(_ bytes: [UInt8]) {
        self.bytes = bytes
        numbers = (0..<8).map { index in
            bytes.count < index * 4 + 4 ? 0 : (0..<4).reduce(0) { $0 | Int(bytes[index * 4 + $1]) << ($1 * 8) }
        }
    }

    /// A map of this type (`enum bpf_map_type`) and room for so many entries.
    init(type: UInt8, maxEntries: UInt16) {
        self.init([type, 0, 0, 0, UInt8(truncatingIfNeeded: maxEntries), UInt8(truncatingIfNeeded: maxEntries >> 8), 0, 0])
    }

    /// How many bytes a map takes in Swift: the declaration, what keeps it in its place, and between them the declaration of what it holds.
    static func byteCount(of map: KernelHalfPlan.MapGlobal) -> Int { map.entries.hasExtra ? 32 : map.entries.inner.isEmpty ? 24 : 40 }

    /// Whether it is one of `BPF_MAP_TYPE_BLOOM_FILTER`.
    var isFilter: Bool { numbers[0] == 30 }

    /// Whether it is one of `BPF_MAP_TYPE_ARENA`.
    var isArena: Bool { numbers[0] == ArenaRules.mapType }

    /// What follows the declaration of kinds that say more (`map_extra`).
    private var extra: UInt64 { UInt64(UInt32(truncatingIfNeeded: numbers[4])) | UInt64(UInt32(truncatingIfNeeded: numbers[5])) << 32 }

    /// The maps that are the values of this one.
    private var inner: MapShape { MapShape(Array(bytes.dropFirst(16))) }

    /// The programs that a map holds from the start, by their places among the programs of the kernel half; nothing where it holds none.
    func programs(of entries: KernelHalfPlan.MapEntries) -> [Int?] {
        guard entries.arePrograms else { return [] }
        let numbers = (0..<numbers[1]).map { index in
            bytes.dropFirst(16 + index * 8).prefix(8).reversed().reduce(0) { $0 << 8 | Int($1) }
        }
        return numbers.allSatisfy { $0 == 0 } ? [] : numbers.map { $0 == 0 ? nil : $0 &- 1 }
    }

    /// The kinds of maps that have no number of entries, or need not say it: of perf events (a buffer for each CPU), and storages.
    private static let unnumbered: Set = [4, 24, 28, 29, 32]

    /// What every kernel would refuse: `ringbuf_map_alloc`, `htab_map_alloc_check`, `array_map_alloc_check` and their like.
    func complaint(about map: KernelHalfPlan.MapGlobal, _ types: KernelHalfTypes) -> String? {
        if let complaint = complaint(about: map.entries, types) { return complaint }
        return map.entries.inner.first.flatMap { inner.complaint(about: $0, types) }.map { "holds maps of which each \($0)" }
    }

    private func complaint(about entries: KernelHalfPlan.MapEntries, _ types: KernelHalfTypes) -> String? {
        let (type, count) = (numbers[0], numbers[1])
        // Its pages are mapped one behind the other and twice; 4,096 is the smallest page of any machine.
        if type == 27 || type == 31, count < 4096 || count & (count - 1) != 0 {
            return "has room for \(count) bytes; a ring buffer's number of bytes is a power of two, and a multiple of the size of a page (4096)"
        }
        if let complaint = LockedValues.complaint(aboutValuesOf: entries, type: type, types) { return complaint }
        if type != 27, !Self.unnumbered.contains(type), count == 0 { return "has room for no entry; say how many: maxEntries" }
        if type == 11, case .type(let key) = entries.key, !Self.beginsWithALength(key, types) {
            return
                "has keys that are no prefixes: they begin with the number of bits that count, a UInt32, and the bits follow at once, aligned to 4 bytes at "
                + "most; use Prefix<IPv4Address> or a structure like it"
        }
        return nil
    }

    /// `struct bpf_lpm_trie_key_hdr`, and the bits without a gap.
    private static func beginsWithALength(_ key: KernelHalfTypes.ID, _ types: KernelHalfTypes) -> Bool {
        guard case .structure(_, let byteCount, let members) = types[key], let first = members.first, byteCount > 4 else { return false }
        guard case .integer(_, 4, false) = types[first.type], first.offset == 0 else { return false }
        return members.count == 1 || members[1].offset == 4
    }

    static func droppedName(_ map: String) -> String { map + "_dropped" }
    static func isPerfName(_ map: String) -> String { map + "_is_perf" }

    /// The structure that stands for the map in BTF: `int (*type)[1]; int (*max_entries)[10240]; u32 *key; u64 *value`. What the maps in it are like, its
    /// last member says: `struct { ... } *values[]`; that it holds programs from the start, `int (*values[])()`.
    func type(of entries: KernelHalfPlan.MapEntries, _ types: inout KernelHalfTypes) -> KernelHalfTypes.ID {
        var members: [KernelHalfTypes.Member] = []
        func add(_ name: String, _ target: KernelHalfTypes.ID) {
            members.append(.init(name: name, offset: members.count * 8, type: types.add(.pointer(to: target))))
        }
        func number(_ name: String, _ value: Int) {
            let int = types.int
            add(name, types.add(.array(of: int, count: value)))
        }
        func part(_ name: String, _ part: MapPart) {
            switch part {
            case .none: break
            case .type(let type): add(name, type)
            case .byteCount(let count): number(name + "_size", count)
            }
        }
        number("type", numbers[0])
        if numbers[1] != 0 { number("max_entries", numbers[1]) }
        if numbers[2] != 0 { number("map_flags", numbers[2]) }
        if numbers[3] != 0 { number("pinning", numbers[3]) }
        if entries.hasExtra, extra != 0 {
            let integer = types.unsigned64
            members.append(.init(name: "map_extra", offset: members.count * 8, type: types.add(.number(name: "map_extra", extra, of: integer))))
        }
        part("key", entries.key)
        part("value", entries.value)
        let byteCount = members.count * 8
        if let inside = entries.inner.first {
            let pattern = inner.type(of: inside, &types)
            let pointer = types.add(.pointer(to: pattern))
            members.append(.init(name: "values", offset: byteCount, type: types.add(.array(of: pointer, count: 0))))
        }
        if !programs(of: entries).isEmpty {
            let int = types.int
            let pointer = types.add(.pointer(to: types.add(.function(int))))
            members.append(.init(name: "values", offset: byteCount, type: types.add(.array(of: pointer, count: 0))))
        }
        return types.add(.structure(name: "", byteCount: byteCount, members: members))
    }
}
