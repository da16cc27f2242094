// SPDX-License-Identifier: Apache-2.0

public import BTF

/// A map as an object declares it. What may be chosen before it is created can be changed.
public struct MapDefinition: Sendable {
    /// The name of the declaring variable, or of the section for a map that holds a section's variables.
    public let name: String
    /// What kind of map it is.
    public var type: MapType
    /// The size of a key in bytes; 0 where the kind has none.
    public var keySize: UInt32
    /// The size of a value in bytes; 0 where the kind has none.
    public var valueSize: UInt32
    /// How many entries it holds at most; for a ring buffer its size in bytes.
    public var maxEntries: UInt32
    /// The flags with which it is created.
    public var flags: MapFlags
    /// Further settings of some kinds (`map_extra`).
    public var extra: UInt64 = 0
    /// The type of a key in the object's BTF; void where it is not declared.
    public var keyType: TypeID = .void
    /// The type of a value in the object's BTF; void where it is not declared.
    public var valueType: TypeID = .void
    /// Whether it holds a section's variables.
    public internal(set) var isDataSection = false
    /// What the first value holds at the start, for a map that holds a section's variables; `nil` for zeros.
    public internal(set) var contents: [UInt8]?
    /// Whether nobody writes to it once it has its contents: read-only data, whose values the verifier then knows.
    public internal(set) var isFrozen = false

    /// A map that no object declares. Sizes are in bytes; `maxEntries` is the size in bytes of a ring buffer.
    public init(
        name: String, type: MapType, keySize: UInt32 = 0, valueSize: UInt32 = 0, maxEntries: UInt32 = 0, flags: MapFlags = []
    ) {
        self.name = name
        self.type = type
        self.keySize = keySize
        self.valueSize = valueSize
        self.maxEntries = maxEntries
        self.flags = flags
    }
}

extension MapDefinition {
    /// Reads a declaration in `.maps`: a variable whose struct's members describe the map.
    ///
    /// Numbers are spelled as array lengths behind a pointer (`int (*max_entries)[1024]`), types as pointers.
    init(name: String, declaration: TypeID, btf: BTF) throws(ObjectError) {
        self.init(name: name, type: MapType(rawValue: 0))
        do {
            guard case .composite(let description) = try btf.resolve(declaration).type else {
                throw ObjectError(.malformed, "map '\(name)' is declared as something else than a struct")
            }
            for member in description.members { try read(member, btf: btf) }
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
        guard type.since != nil else { throw ObjectError(.unsupported, "map '\(name)' is of \(type), which is not supported yet") }
    }

    private mutating func read(_ member: CompositeType.Member, btf: BTF) throws {
        switch member.name {
        case "type": type = MapType(rawValue: try number(member, btf))
        case "max_entries": maxEntries = try number(member, btf)
        case "map_flags": flags = MapFlags(rawValue: try number(member, btf))
        case "map_extra": extra = UInt64(try number(member, btf))
        case "key_size": keySize = try number(member, btf)
        case "value_size": valueSize = try number(member, btf)
        case "key":
            keyType = try pointee(member, btf)
            keySize = try btf.byteCount(of: keyType)
        case "value":
            valueType = try pointee(member, btf)
            valueSize = try btf.byteCount(of: valueType)
        default:
            throw ObjectError(.unsupported, "map '\(name)' is declared with '\(member.name)', which is not supported yet")
        }
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
}
