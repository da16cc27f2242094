// SPDX-License-Identifier: Apache-2.0

/// A map's declaration, as the kernel half's library lays it out (`MapDeclaration`).
struct MapShape {
    /// The declaration and what keeps it in its place.
    static let byteCount = 24
    private let numbers: [Int]

    init(_ bytes: [UInt8]) {
        numbers = (0..<4).map { index in
            bytes.count < index * 4 + 4 ? 0 : (0..<4).reduce(0) { $0 | Int(bytes[index * 4 + $1]) << ($1 * 8) }
        }
    }

    /// What every kernel would refuse: `ringbuf_map_alloc`, `htab_map_alloc_check`, `array_map_alloc_check`.
    var complaint: String? {
        let (type, count) = (numbers[0], numbers[1])
        // Its pages are mapped one behind the other and twice; 4,096 is the smallest page of any machine.
        if type == 27 || type == 31, count < 4096 || count & (count - 1) != 0 {
            return "has room for \(count) bytes; a ring buffer's number of bytes is a power of two, and a multiple of the size of a page (4096)"
        }
        if [1, 2, 5, 6, 9, 10].contains(type), count == 0 { return "has room for no entry; say how many: maxEntries" }
        return nil
    }

    static func droppedName(_ map: String) -> String { map + "_dropped" }
    static func isPerfName(_ map: String) -> String { map + "_is_perf" }

    /// The structure that stands for the map in BTF: `int (*type)[1]; int (*max_entries)[10240]; u32 *key; u64 *value`.
    func type(of map: KernelHalfPlan.MapGlobal, _ types: inout KernelHalfTypes) -> KernelHalfTypes.ID {
        var members: [KernelHalfTypes.Member] = []
        func add(_ name: String, _ target: KernelHalfTypes.ID) {
            members.append(.init(name: name, offset: members.count * 8, type: types.add(.pointer(to: target))))
        }
        func number(_ name: String, _ value: Int) {
            let int = types.int
            add(name, types.add(.array(of: int, count: value)))
        }
        number("type", numbers[0])
        if numbers[1] != 0 { number("max_entries", numbers[1]) }
        if numbers[2] != 0 { number("map_flags", numbers[2]) }
        if numbers[3] != 0 { number("pinning", numbers[3]) }
        if let key = map.key, let value = map.value {
            add("key", key)
            add("value", value)
        } else if numbers[0] == 4 {
            number("key_size", 4)
            number("value_size", 4)
        }
        return types.add(.structure(name: "", byteCount: members.count * 8, members: members))
    }
}
