// SPDX-License-Identifier: Apache-2.0

public import BTF
import Bytes

/// A set of functions as a kernel takes it: its own layout, and where in it the programs' descriptors belong.
public struct FittedOperations: Sendable {
    /// The type of the set in the kernel's BTF, or in that of the module that has it.
    public let type: TypeID
    /// The type that the kernel wraps it in (`bpf_struct_ops_NAME`), which the map's values have.
    public let valueType: TypeID
    /// The value, of the size of that type; where programs belong it is zero.
    public internal(set) var contents: [UInt8]
    /// The programs: where the descriptor goes in ``contents`` (8 bytes), the place in ``ObjectFile/programs``, and the number of the member.
    public internal(set) var programs: [(offset: Int, program: Int, member: UInt32)] = []
    /// The programs whose members this kernel does not have.
    public internal(set) var missing: [Int] = []
}

extension StructOperations {
    /// The same set in the layout of a kernel; `nil` where these types do not have it.
    ///
    /// Members are found by their names. One that the kernel does not have must be zero, or a program, which then is left out
    /// (`bpf_map__init_kern_struct_ops` of libbpf's).
    ///
    /// - Throws: ``ObjectError`` that names the member which does not fit.
    public func fitted(to kernel: BTF, object: BTF, named name: String) throws(ObjectError) -> FittedOperations? {
        do throws(BTFError) {
            let typeName = essentialName(try object.name(of: type))
            guard case .composite(let own) = try object.type(type),
                let id = kernel.types(named: typeName, kinds: [.structure]).last, case .composite(let theirs) = try kernel.type(id),
                let valueType = kernel.types(named: "bpf_struct_ops_" + typeName, kinds: [.structure]).last,
                case .composite(let value) = try kernel.type(valueType)
            else { return nil }
            var data: CompositeType.Member?
            for member in value.members where try kernel.resolve(member.type).id == id { data = member }
            guard let data, value.byteCount <= 1 << 20 else {
                throw BTFError(.malformed, "the kernel's 'bpf_struct_ops_\(typeName)' holds no '\(typeName)'")
            }
            var fitted = FittedOperations(type: id, valueType: valueType, contents: [UInt8](repeating: 0, count: Int(value.byteCount)))
            for member in own.members {
                try fit(member, to: theirs, at: data.bitOffset / 8, of: kernel, object, name, &fitted)
            }
            return fitted
        } catch { throw ObjectError(.btf(error), "struct_ops '\(name)': \(error)") }
    }

    private func fit(
        _ member: CompositeType.Member, to theirs: CompositeType, at base: UInt32, of kernel: BTF, _ object: BTF, _ name: String,
        _ fitted: inout FittedOperations
    ) throws(BTFError) {
        let size = Int(try object.byteCount(of: member.type))
        let offset = Int(member.bitOffset / 8)
        guard offset <= contents.count, size <= contents.count - offset else {
            throw BTFError(.malformed, "member '\(member.name)' lies outside of it")
        }
        let bytes = contents[offset..<offset + size]
        let program = programs[member.bitOffset / 8]
        guard let index = theirs.members.firstIndex(where: { $0.name == member.name }) else {
            guard bytes.allSatisfy({ $0 == 0 }) else { throw BTFError(.malformed, "this kernel has no member '\(member.name)', and it is not zero") }
            if let program { fitted.missing.append(program) }
            return
        }
        let their = theirs.members[index]
        guard member.bitCount == 0, their.bitCount == 0 else {
            throw BTFError(.malformed, "member '\(member.name)' is a bitfield, which cannot be set")
        }
        let place = Int(base) + Int(their.bitOffset / 8)
        let (ownType, theirType) = (try object.resolve(member.type).type, try kernel.resolve(their.type).type)
        if case .pointer = ownType, case .pointer(let target) = theirType {
            guard let program else { return }
            guard case .prototype = try kernel.resolve(target).type else {
                throw BTFError(.malformed, "member '\(member.name)' is no function in this kernel")
            }
            fitted.programs.append((place, program, UInt32(index)))
            return
        }
        guard ownType.kindNumber == theirType.kindNumber, size == Int(try kernel.byteCount(of: their.type)), place + size <= fitted.contents.count
        else {
            throw BTFError(.malformed, "member '\(member.name)' has another type or size in this kernel")
        }
        fitted.contents.replaceSubrange(place..<place + size, with: bytes)
    }
}

extension BTFType {
    /// Tells types of different kinds apart.
    fileprivate var kindNumber: Int {
        switch self {
        case .integer: 1
        case .pointer: 2
        case .array: 3
        case .composite(let composite): composite.isUnion ? 5 : 4
        case .enumeration(let enumeration): enumeration.is64Bit ? 7 : 6
        default: 0
        }
    }
}
