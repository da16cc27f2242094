// SPDX-License-Identifier: Apache-2.0

import Bytes

extension BTF {
    /// The twelve bytes that every type begins with, and where what follows them is.
    package struct Header: Sendable {
        package internal(set) var nameOffset: UInt32
        /// Void for a kind that is not known.
        package let kind: BTFKind
        /// The number of members, enumerators, or parameters.
        package let count: Int
        /// The top bit of `info`, whose meaning the kind gives.
        package let flag: Bool
        /// A size in bytes or a type's number: the kind says which.
        package let sizeOrType: UInt32
        /// Where the rest begins, and whether in the base's types rather than its own.
        let rest: Int
        var isOfBase = false

        static let void = Header(nameOffset: 0, kind: .void, count: 0, flag: false, sizeOrType: 0, rest: 0)
    }

    @inline(__always)
    package func header(of type: TypeID) throws(BTFError) -> Header {
        let index = Int(type.rawValue) &- firstIndex
        guard index >= 0 else { return try baseHeader(of: type) }
        guard index < offsets.count else { throw noSuchType(type) }
        return ownHeader(index)
    }

    @inline(never)
    private func baseHeader(of type: TypeID) throws(BTFError) -> Header {
        guard let base, type != .void else { throw noSuchType(type) }
        var header = try base.header(of: type)
        header.isOfBase = true
        return header
    }

    /// The header of a type that is not the base's, by its place.
    @inline(__always)
    func ownHeader(_ index: Int) -> Header {
        let start = Int(offsets[index])
        return types.withBytes { bytes in
            // Inside: the pass of `init` has seen that the header of each type is, and that its kind is known or its size is.
            let name = bytes.unsafeLoadUnaligned(fromUncheckedByteOffset: start, as: UInt32.self)
            let info = TypeInfo(byteOrder.convert(bytes.unsafeLoadUnaligned(fromUncheckedByteOffset: start &+ 4, as: UInt32.self)))
            let value = bytes.unsafeLoadUnaligned(fromUncheckedByteOffset: start &+ 8, as: UInt32.self)
            return Header(
                nameOffset: byteOrder.convert(name), kind: info.kind, count: info.count, flag: info.flag, sizeOrType: byteOrder.convert(value),
                rest: start &+ 12)
        }
    }

    /// The kind of a type, without decoding the rest.
    ///
    /// - Throws: ``BTFError`` with ``BTFError/Code/noSuchType``, or ``BTFError/Code/unknownKind`` for one that was skipped.
    public func kind(of type: TypeID) throws(BTFError) -> BTFKind {
        guard type != .void else { return .void }
        let kind = try header(of: type).kind
        guard kind != .void else { throw unknownKind(of: type) }
        return kind
    }

    /// Why a type that was skipped cannot be decoded.
    func unknownKind(of type: TypeID) -> BTFError {
        if let base, type.rawValue < firstIndex { return base.unknownKind(of: type) }
        let start = offsets.indices.contains(Int(type.rawValue) - firstIndex) ? Int(offsets[Int(type.rawValue) - firstIndex]) : 0
        let number = TypeInfo(types.integer(UInt32.self, at: start + 4, order: byteOrder) ?? 0).kindNumber
        return BTFError(.unknownKind, "type \(type.rawValue) is of kind \(number), which is newer than this reader and can only be skipped")
    }

    /// The name of a type, empty where it has none.
    ///
    /// - Throws: ``BTFError`` with ``BTFError/Code/noSuchType``.
    public func name(of type: TypeID) throws(BTFError) -> String {
        // What lies outside of the base's strings is no name, though it lies in those that continue them.
        if let base, type.rawValue < firstIndex { return try base.name(of: type) }
        return type == .void ? "void" : string(at: try header(of: type).nameOffset)
    }

    /// Decodes a type.
    ///
    /// - Throws: ``BTFError`` with ``BTFError/Code/noSuchType`` for a number outside of the table, ``BTFError/Code/unknownKind`` for a type
    ///   that was skipped.
    public func type(_ id: TypeID) throws(BTFError) -> BTFType {
        guard id != .void else { return .void }
        if let base, id.rawValue < firstIndex { return try base.type(id) }
        let header = try header(of: id)
        let name = try boundedName(at: header.nameOffset)
        let target = TypeID(header.sizeOrType)
        switch header.kind {
        case .void: throw unknownKind(of: id)
        case .integer: return .integer(integer(name, header))
        case .pointer: return .pointer(to: target)
        case .array:
            return .array(ArrayType(element: TypeID(word(header, 0)), index: TypeID(word(header, 1)), count: word(header, 2)))
        case .structure, .union: return .composite(try composite(name, header))
        case .enumeration, .enumeration64: return .enumeration(try enumeration(name, header))
        case .forward: return .forward(name: name, isUnion: header.flag)
        case .alias: return .alias(name: name, target)
        case .volatile, .constant, .restrict: return .qualified(header.kind, target)
        case .typeTag: return header.flag ? .typeAttribute(name: name, target) : .typeTag(name: name, target)
        case .function:
            return .function(name: name, prototype: target, linkage: try linkage(UInt32(header.count), of: id))
        case .prototype:
            let parameters = try (0..<header.count).map { index throws(BTFError) in
                BTFType.Parameter(name: try boundedName(at: word(header, 2 * index)), type: TypeID(word(header, 2 * index + 1)))
            }
            return .prototype(result: target, parameters: parameters)
        case .variable: return .variable(name: name, target, linkage: try linkage(word(header, 0), of: id))
        case .dataSection:
            let entries = (0..<header.count).map {
                DataSectionType.Entry(
                    type: TypeID(word(header, 3 * $0)), byteOffset: word(header, 3 * $0 + 1), byteCount: word(header, 3 * $0 + 2))
            }
            return .dataSection(DataSectionType(name: name, byteCount: header.sizeOrType, variables: entries))
        case .floatingPoint: return .floatingPoint(name: name, byteCount: header.sizeOrType)
        case .declarationTag:
            let component = Int32(bitPattern: word(header, 0))
            return header.flag
                ? .declarationAttribute(name: name, target, component: component)
                : .declarationTag(name: name, target, component: component)
        }
    }

    /// A name of a type or of a part of one. The kernel takes no longer ones than 511 bytes (`KSYM_NAME_LEN`); a file in which
    /// thousands of members share one endless name would take all memory.
    func boundedName(at offset: UInt32) throws(BTFError) -> String {
        guard let name = string(at: offset, longest: 4096) else {
            throw BTFError(.malformed, "the name at \(offset) of the strings is longer than 4,096 bytes")
        }
        return name
    }

    /// The 32-bit word at an index of what follows the header. The pass of `init` has checked that it is there.
    @inline(__always)
    func word(_ header: Header, _ index: Int) -> UInt32 {
        guard !header.isOfBase else { return baseWord(at: header.rest + 4 * index) }
        return types.integer(UInt32.self, at: header.rest + 4 * index, order: byteOrder) ?? 0
    }

    private func baseWord(at offset: Int) -> UInt32 {
        base?.types.integer(UInt32.self, at: offset, order: byteOrder) ?? 0
    }

    func noSuchType(_ type: TypeID) -> BTFError {
        BTFError(.noSuchType, "there is no type \(type.rawValue): the BTF has \(count - 1)")
    }

    private func linkage(_ value: UInt32, of type: TypeID) throws(BTFError) -> BTFType.Linkage {
        guard let linkage = BTFType.Linkage(rawValue: value) else {
            throw BTFError(.malformed, "type \(type.rawValue) has linkage \(value), which does not exist")
        }
        return linkage
    }

    private func integer(_ name: String, _ header: Header) -> IntegerType {
        let data = word(header, 0)
        return IntegerType(
            name: name, byteCount: header.sizeOrType, bitCount: UInt8(truncatingIfNeeded: data),
            bitOffset: UInt8(truncatingIfNeeded: data >> 16), isSigned: data >> 24 & 1 != 0, isCharacter: data >> 24 & 2 != 0,
            isBoolean: data >> 24 & 4 != 0)
    }

    private func composite(_ name: String, _ header: Header) throws(BTFError) -> CompositeType {
        let members = try (0..<header.count).map { index throws(BTFError) in
            // With the flag set, the top byte of the offset is the width of a bitfield.
            let offset = word(header, 3 * index + 2)
            return CompositeType.Member(
                name: try boundedName(at: word(header, 3 * index)), type: TypeID(word(header, 3 * index + 1)),
                bitOffset: header.flag ? offset & 0xFF_FFFF : offset,
                bitCount: header.flag ? UInt8(truncatingIfNeeded: offset >> 24) : 0)
        }
        return CompositeType(name: name, isUnion: header.kind == .union, byteCount: header.sizeOrType, members: members)
    }

    private func enumeration(_ name: String, _ header: Header) throws(BTFError) -> EnumerationType {
        let wide = header.kind == .enumeration64
        let values = try (0..<header.count).map { index throws(BTFError) in
            let bits: UInt64
            if wide {
                bits = UInt64(word(header, 3 * index + 1)) | UInt64(word(header, 3 * index + 2)) << 32
            } else {
                let value = word(header, 2 * index + 1)
                bits = header.flag ? UInt64(bitPattern: Int64(Int32(bitPattern: value))) : UInt64(value)
            }
            return EnumerationType.Value(name: try boundedName(at: word(header, (wide ? 3 : 2) * index)), bits: bits)
        }
        return EnumerationType(
            name: name, byteCount: header.sizeOrType, isSigned: header.flag, is64Bit: wide, values: values)
    }
}
