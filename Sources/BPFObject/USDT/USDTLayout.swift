// SPDX-License-Identifier: Apache-2.0

package import BTF
import Bytes
import ELF

/// How an object wants to be told where the arguments of a probe are: `struct __bpf_usdt_spec`, the values of its map `__bpf_usdt_specs`.
///
/// The structure is that of libbpf's `usdt.bpf.h`, in the version that the object was compiled against. Up to 1.6 an argument has 16 bytes; from 1.7 on,
/// whose bitfields for index registers do not fit into these, 24. Where the object's types describe it, they say where everything is.
package struct USDTLayout: Sendable, Hashable {
    /// The map with these structures, and the one with their numbers by the addresses of the probes, for kernels that hand over no cookies.
    package static let mapName = "__bpf_usdt_specs"
    /// See ``mapName``.
    package static let addressMapName = "__bpf_usdt_ip_to_spec_id"

    /// A member, in bits from the beginning of its structure.
    private struct Field: Sendable, Hashable {
        let offset: Int
        let width: Int
    }

    private var byteCount: Int
    private var argumentByteCount: Int
    private var value: Field
    private var kind: Field
    /// Where the register of an index and its scale are told; `nil` before libbpf 1.7.
    private var index: (register: Field, shift: Field)? {
        guard let indexRegister, let indexShift else { return nil }
        return (indexRegister, indexShift)
    }
    private var indexRegister: Field?
    private var indexShift: Field?
    private var register: Field
    private var isSigned: Field
    private var shift: Field
    private var cookie: Field
    private var count: Field

    /// The layout of a map.
    ///
    /// - Throws: ``ObjectError`` with ``ObjectError/Code/unsupported`` where it is none that is known.
    package init(of map: MapDefinition, types: BTF?) throws(ObjectError) {
        if map.valueType != .void, let types {
            do {
                try self.init(map.valueType, in: types)
            } catch { throw ObjectError(error) }
        } else if map.valueSize == 208 {
            self.init(argumentByteCount: 16, register: 12)
        } else if map.valueSize == 304 {
            self.init(argumentByteCount: 24, register: 14)
            indexRegister = Field(offset: 80, width: 12)
            indexShift = Field(offset: 92, width: 4)
            kind = Field(offset: 64, width: 8)
        } else {
            throw ObjectError(.unsupported, "the values of map '\(map.name)' have \(map.valueSize) bytes, which is no size that is known")
        }
        guard isSound, byteCount == Int(map.valueSize) else {
            throw ObjectError(.unsupported, "the values of map '\(map.name)' do not have the members by which programs are told of arguments")
        }
    }

    /// The layout where no types describe it.
    private init(argumentByteCount: Int, register: Int) {
        self.argumentByteCount = argumentByteCount
        let end = argumentByteCount * USDTArgument.limit
        byteCount = end + 16
        value = Field(offset: 0, width: 64)
        kind = Field(offset: 64, width: 32)
        self.register = Field(offset: register * 8, width: 16)
        isSigned = Field(offset: register * 8 + 16, width: 8)
        shift = Field(offset: register * 8 + 24, width: 8)
        cookie = Field(offset: end * 8, width: 64)
        count = Field(offset: end * 8 + 64, width: 16)
    }

    /// The layout that types describe.
    private init(_ id: TypeID, in btf: BTF) throws(BTFError) {
        // What is missing has no room, which is found out together with what has too much.
        let none = Field(offset: 0, width: 0)
        let (whole, members) = try Self.members(of: id, in: btf)
        byteCount = whole
        cookie = members["usdt_cookie"]?.field ?? none
        count = members["arg_cnt"]?.field ?? none
        var element = TypeID.void
        if let arguments = members["args"], case .array(let array) = try btf.resolve(arguments.type).type, array.count >= USDTArgument.limit,
            arguments.field.offset == 0
        {
            element = array.element
        }
        let (size, parts) = try Self.members(of: element, in: btf)
        argumentByteCount = size
        value = parts["val_off"]?.field ?? none
        kind = parts["arg_type"]?.field ?? none
        indexRegister = parts["idx_reg_off"]?.field
        indexShift = parts["scale_bitshift"]?.field
        register = parts["reg_off"]?.field ?? none
        isSigned = parts["arg_signed"]?.field ?? none
        shift = parts["arg_bitshift"]?.field ?? none
    }

    private static func members(
        of id: TypeID, in btf: BTF
    ) throws(BTFError) -> (byteCount: Int, members: [String: (field: Field, type: TypeID)]) {
        guard id != .void, case .composite(let type) = try btf.resolve(id).type else { return (0, [:]) }
        var members: [String: (field: Field, type: TypeID)] = [:]
        for member in type.members {
            let width = member.bitCount != 0 ? Int(member.bitCount) : Int(try btf.byteCount(of: member.type)) * 8
            members[member.name] = (Field(offset: Int(member.bitOffset), width: width), member.type)
        }
        return (Int(type.byteCount), members)
    }

    /// Whether every member is there, wide enough, and within its structure.
    private var isSound: Bool {
        let parts = [(value, 64), (kind, 2), (register, 16), (isSigned, 1), (shift, 7)] + (index.map { [($0.register, 8), ($0.shift, 2)] } ?? [])
        return parts.allSatisfy { field, least in field.width >= least && field.offset <= argumentByteCount * 8 - field.width }
            && argumentByteCount * USDTArgument.limit <= byteCount && argumentByteCount > 0
            && [(cookie, 64), (count, 4)].allSatisfy { field, least in field.width >= least && field.offset <= byteCount * 8 - field.width }
    }

    /// The structure for the arguments of a probe and the cookie that programs see there.
    ///
    /// - Throws: ``ObjectError`` with ``ObjectError/Code/unsupported`` where the layout has no place for the form of an argument.
    package func bytes(for arguments: [USDTArgument], cookie number: UInt64) throws(ObjectError) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: byteCount)
        for (place, argument) in arguments.prefix(USDTArgument.limit).enumerated() {
            try store(argument, at: place * argumentByteCount * 8, number: place, in: &bytes)
        }
        Self.store(number, in: cookie, from: 0, &bytes)
        Self.store(UInt64(min(arguments.count, USDTArgument.limit)), in: count, from: 0, &bytes)
        return bytes
    }

    /// The numbers are those of `enum __bpf_usdt_arg_type`.
    private func store(_ argument: USDTArgument, at start: Int, number: Int, in bytes: inout [UInt8]) throws(ObjectError) {
        func put(_ number: UInt64, _ field: Field) { Self.store(number, in: field, from: start, &bytes) }
        switch argument.place {
        case .constant(let constant):
            put(UInt64(bitPattern: constant), value)
        case .register(let register):
            put(1, kind)
            put(UInt64(register.contextOffset), self.register)
        case .memory(let base, let displacement):
            put(2, kind)
            put(UInt64(base.contextOffset), register)
            put(UInt64(bitPattern: displacement), value)
        case .indexed(let base, let index, let shift, let displacement):
            guard let fields = self.index else {
                throw ObjectError(
                    .unsupported,
                    "argument \(number) is found by an index register, of which the object cannot be told: it was compiled against a usdt.bpf.h from before libbpf 1.7"
                )
            }
            put(3, kind)
            put(UInt64(base.contextOffset), register)
            put(UInt64(index.contextOffset), fields.register)
            put(UInt64(shift), fields.shift)
            put(UInt64(bitPattern: displacement), value)
        case .address:
            throw ObjectError(.unsupported, "argument \(number) is at an address, whose distance from the probe is not known")
        case .symbol(let name, _), .indexedSymbol(let name, _, _, _):
            throw ObjectError(.unsupported, "argument \(number) is in the variable '\(name)', whose place is not known")
        }
        put(argument.isSigned ? 1 : 0, isSigned)
        put(UInt64(64 - argument.byteCount * 8), shift)
    }

    /// Sets the bits of a member, in the order of little-endian machines, which are all that arguments are understood of.
    private static func store(_ number: UInt64, in field: Field, from start: Int, _ bytes: inout [UInt8]) {
        for bit in 0..<min(field.width, 64) where number >> UInt64(bit) & 1 == 1 {
            let place = start + field.offset + bit
            bytes[place / 8] |= 1 << UInt8(place % 8)
        }
    }
}
