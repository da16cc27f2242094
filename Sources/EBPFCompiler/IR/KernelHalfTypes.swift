// SPDX-License-Identifier: Apache-2.0

/// The types of a kernel half as C would declare them: what the object's BTF shall say.
struct KernelHalfTypes: Sendable {
    /// A type by its place in the table.
    struct ID: Hashable, Sendable { let index: Int }

    struct Member: Sendable, Hashable {
        var name: String
        /// In bytes.
        var offset: Int
        var type: ID
    }

    enum Kind: Sendable, Hashable {
        case integer(name: String, byteCount: Int, isSigned: Bool)
        case boolean
        case character
        case pointer(to: ID?)
        case array(of: ID, count: Int)
        case structure(name: String, byteCount: Int, members: [Member])
        /// The cases, with the values that Swift keeps in memory: 0, 1, 2 and so on.
        case enumeration(name: String, byteCount: Int, cases: [String])
        /// A number of 64 bits, as the one case of an enumeration: how declarations of maps spell it (`__ulong` of libbpf's `bpf_helpers.h`).
        case number(name: String, UInt64, of: ID)
        /// A function, to which something points: what it answers. Who puts programs into a map does not ask for more.
        case function(ID)
        /// `const volatile`, as C spells what user space sets.
        case constant(ID)
        /// What a pointer points to, with a tag of the kernel's: `kptr` keeps a reference.
        case tagged(String, ID)
    }

    private(set) var kinds: [Kind] = []
    private var known: [Kind: ID] = [:]
    /// How many bytes Swift takes for structures whose members do not say it.
    private var counts: [ID: Int] = [:]

    subscript(id: ID) -> Kind { kinds[id.index] }

    mutating func add(_ kind: Kind) -> ID {
        if let id = known[kind] { return id }
        let id = ID(index: kinds.count)
        kinds.append(kind)
        known[kind] = id
        return id
    }

    /// A place for a structure whose members are not known yet: they may point back to it.
    mutating func reserve() -> ID {
        kinds.append(.pointer(to: nil))
        return ID(index: kinds.count - 1)
    }

    mutating func set(_ id: ID, _ kind: Kind) {
        kinds[id.index] = kind
        known[kind] = id
    }

    /// Sets a structure that takes more bytes in Swift than its members do, as one from C does with what pads it at its end.
    mutating func set(_ id: ID, _ kind: Kind, swiftByteCount: Int) {
        kinds[id.index] = kind
        counts[id] = swiftByteCount
    }

    /// A type of which no more is known than its bytes and alignment, as a structure that has both in C and in Swift.
    mutating func opaque(name: String, swiftByteCount count: Int, alignment: Int) -> Kind {
        let word: Kind =
            switch alignment {
            case 1: .integer(name: "unsigned char", byteCount: 1, isSigned: false)
            case 2: .integer(name: "unsigned short", byteCount: 2, isSigned: false)
            case 4: .integer(name: "unsigned int", byteCount: 4, isSigned: false)
            case 16: .integer(name: "unsigned __int128", byteCount: 16, isSigned: false)
            default: .integer(name: "unsigned long long", byteCount: 8, isSigned: false)
            }
        let element = add(word)
        let size = byteCount(element)
        var members = [Member(name: "words", offset: 0, type: add(.array(of: element, count: count / size)))]
        if count % size > 0 {
            let byte = add(.integer(name: "unsigned char", byteCount: 1, isSigned: false))
            members.append(Member(name: "rest", offset: count / size * size, type: add(.array(of: byte, count: count % size))))
        }
        return .structure(name: name, byteCount: (count + size - 1) / size * size, members: members)
    }

    var int: ID { mutating get { add(.integer(name: "int", byteCount: 4, isSigned: true)) } }
    var unsigned32: ID { mutating get { add(.integer(name: "unsigned int", byteCount: 4, isSigned: false)) } }
    var unsigned64: ID { mutating get { add(.integer(name: "unsigned long long", byteCount: 8, isSigned: false)) } }

    /// The tag of what a pointer points to.
    func tag(of id: ID) -> String? {
        guard case .tagged(let tag, _) = kinds[id.index] else { return nil }
        return tag
    }

    func byteCount(_ id: ID) -> Int {
        switch kinds[id.index] {
        case .integer(_, let count, _), .structure(_, let count, _), .enumeration(_, let count, _): count
        case .boolean, .character, .function: 1
        case .pointer, .number: 8
        case .array(let element, let count): byteCount(element) * count
        case .constant(let type), .tagged(_, let type): byteCount(type)
        }
    }

    /// How many bytes Swift takes for a value: a structure without what C pads it with at its end.
    func swiftByteCount(_ id: ID) -> Int {
        if let count = counts[id] { return count }
        if case .structure(_, _, let members) = kinds[id.index] { return members.map { $0.offset + swiftByteCount($0.type) }.max() ?? 0 }
        return byteCount(id)
    }

    /// Members of a structure in their order, of which none reaches over the next: Swift lets a member begin right behind the last one of the structure before
    /// it, and C counts what pads that at its end.
    mutating func withoutOverlap(_ members: [Member]) -> [Member] {
        var members = members
        for (index, next) in zip(members.indices, members.dropFirst()) where members[index].offset + byteCount(members[index].type) > next.offset {
            members[index].type = unpadded(members[index].type)
        }
        return members
    }

    /// A structure without what C pads it with at its end, which is another type in C.
    private mutating func unpadded(_ id: ID) -> ID {
        guard case .structure(let name, let padded, var members) = kinds[id.index], case let count = swiftByteCount(id), count < padded else {
            return id
        }
        for index in members.indices where members[index].offset + byteCount(members[index].type) > count {
            members[index].type = unpadded(members[index].type)
        }
        return add(.structure(name: name.isEmpty ? "" : name + "_unpadded", byteCount: count, members: members))
    }

    func alignment(_ id: ID) -> Int {
        switch kinds[id.index] {
        case .integer(_, let count, _), .enumeration(_, let count, _): Swift.max(1, count)
        case .boolean, .character, .function: 1
        case .pointer, .number: 8
        case .array(let element, _): alignment(element)
        case .structure(_, _, let members): members.map { alignment($0.type) }.max() ?? 1
        case .constant(let type), .tagged(_, let type): alignment(type)
        }
    }
}
