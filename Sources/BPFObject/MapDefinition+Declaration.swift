// SPDX-License-Identifier: Apache-2.0

import BTF

extension MapDefinition {
    /// Reads a declaration in `.maps`: a variable whose struct's members describe the map.
    ///
    /// Numbers are spelled as array lengths behind a pointer (`int (*max_entries)[1024]`), types as pointers, and the values that it has from the start as
    /// an array of no length. The members are those that libbpf knows (`parse_btf_map_def`).
    init(name: String, declaration: TypeID, btf: BTF, isInner: Bool = false) throws(ObjectError) {
        self.init(name: name, type: MapType(rawValue: 0))
        do {
            guard case .composite(let description) = try btf.resolve(declaration).type else {
                throw ObjectError(.malformed, "map '\(name)' is declared as something else than a struct")
            }
            // Thousands of maps could be declared as one struct, of thousands of members.
            guard description.members.count <= 64 else {
                throw ObjectError(.malformed, "map '\(name)' is declared with \(description.members.count) members")
            }
            for member in description.members { try read(member, btf: btf, isInner: isInner) }
        } catch let error as BTFError {
            throw ObjectError(.btf(error), "map '\(name)': \(error)")
        } catch let error as ObjectError {
            throw error
        } catch {
            // Both kinds that can be thrown stand above; Swift cannot see that yet.
            throw ObjectError(.malformed, "map '\(name)': \(error)")
        }
        guard type.rawValue != 0 else { throw ObjectError(.malformed, "map '\(name)' is declared without a type") }
        // Of a kind that is not known here, nobody knows how large a value is that the kernel reads or writes.
        guard type.since != nil else { throw ObjectError(.unsupported, "map '\(name)' is of \(type), which is newer than this reader") }
    }

    private mutating func read(_ member: CompositeType.Member, btf: BTF, isInner: Bool) throws {
        switch member.name {
        case "type": type = MapType(rawValue: try number(member, btf))
        case "max_entries": maxEntries = try number(member, btf)
        case "map_flags": flags = MapFlags(rawValue: try number(member, btf))
        case "map_extra": extra = try wideNumber(member, btf)
        case "numa_node": numaNode = try number(member, btf)
        case "key_size": try set(\.keySize, to: try number(member, btf), "key")
        case "value_size": try set(\.valueSize, to: try number(member, btf), "value")
        case "key":
            keyType = try pointee(member, btf)
            try set(\.keySize, to: try btf.byteCount(of: keyType), "key")
        case "value":
            valueType = try pointee(member, btf)
            try set(\.valueSize, to: try btf.byteCount(of: valueType), "value")
        case "pinning": try readPinning(try number(member, btf), isInner: isInner)
        case "values": try readValues(member, btf, isInner: isInner)
        default:
            throw ObjectError(.unsupported, "map '\(name)' is declared with '\(member.name)', which is newer than this reader")
        }
    }

    /// Sets a size that may have been said already, by a number or by a type.
    private mutating func set(_ size: WritableKeyPath<MapDefinition, UInt32>, to value: UInt32, _ what: String) throws(ObjectError) {
        guard self[keyPath: size] == 0 || self[keyPath: size] == value else {
            throw ObjectError(.malformed, "map '\(name)' says that its \(what)s have \(self[keyPath: size]) bytes, and that they have \(value)")
        }
        self[keyPath: size] = value
    }

    private mutating func readPinning(_ number: UInt32, isInner: Bool) throws(ObjectError) {
        guard !isInner else { throw ObjectError(.malformed, "map '\(name)' is a pattern of others, which cannot be pinned") }
        switch number {
        case 0: pinning = .none
        case 1: pinning = .byName
        default: throw ObjectError(.unsupported, "map '\(name)' is to be pinned in way \(number); 0 (not) and 1 (by its name) are known")
        }
    }

    /// Reads what the values of a map of maps look like; which they are, relocations say.
    private mutating func readValues(_ member: CompositeType.Member, _ btf: BTF, isInner: Bool) throws {
        guard !isInner else { throw ObjectError(.unsupported, "map '\(name)' holds maps that hold maps, which no kernel takes") }
        guard type.holdsMaps || type == .programArray else {
            throw ObjectError(.malformed, "map '\(name)' of type \(type) has values from the start; only maps of maps and of programs can")
        }
        try set(\.valueSize, to: 4, "value")
        guard case .array(let array) = try btf.resolve(member.type).type, array.count == 0,
            case .pointer(let target) = try btf.resolve(array.element).type
        else { throw ObjectError(.malformed, "map '\(name)': 'values' is not an array of pointers without a length") }
        guard type.holdsMaps else { return }
        inner = try MapDefinition(name: name + ".inner", declaration: target, btf: btf, isInner: true)
    }

    private func pointee(_ member: CompositeType.Member, _ btf: BTF) throws -> TypeID {
        guard case .pointer(let target) = try btf.resolve(member.type).type else {
            throw ObjectError(.malformed, "map '\(name)': '\(member.name)' is not a pointer")
        }
        return target
    }

    private func number(_ member: CompositeType.Member, _ btf: BTF) throws -> UInt32 {
        guard case .array(let array) = try btf.resolve(pointee(member, btf)).type else {
            throw ObjectError(.malformed, "map '\(name)': '\(member.name)' is not spelled as a number")
        }
        return array.count
    }

    /// A number of 64 bits, which may also be spelled as the one enumerator of an enum (`__ulong`).
    private func wideNumber(_ member: CompositeType.Member, _ btf: BTF) throws -> UInt64 {
        guard case .enumeration(let enumeration) = try btf.resolve(member.type).type else { return UInt64(try number(member, btf)) }
        guard let value = enumeration.values.first, enumeration.values.count == 1 else {
            throw ObjectError(.malformed, "map '\(name)': '\(member.name)' is spelled as an enum of \(enumeration.values.count) values")
        }
        return value.bits
    }
}
