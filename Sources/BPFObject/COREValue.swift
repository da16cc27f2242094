// SPDX-License-Identifier: Apache-2.0

import BTF
import Bytes

/// The answer to a CO-RE relocation in one BTF.
struct COREValue: Hashable, CustomStringConvertible {
    var value: UInt64
    /// For a field's offset: the size of the field in bytes where it is a plain one, so that loads of it can be widened.
    var fieldSize: UInt32?
    /// Whether widening or narrowing a load of the field keeps its value: unsigned integers and pointers.
    var isResizable = false
    /// For the value of an enumerator of 32 bits: whether its type says that it has a sign.
    var narrowSign: Bool?
    /// Whether the instruction must hold the object's own answer before it is changed.
    var isChecked = true

    var description: String { "\(value)\(fieldSize.map { " (\($0) bytes)" } ?? "")" }
}

extension COREValue {
    /// The same with its sign, where one of the two types says that the enumeration has one: compilers before clang 15 and
    /// pahole 1.24 did not say it of any.
    func signed(like other: COREValue) -> COREValue {
        guard narrowSign == true || other.narrowSign == true, narrowSign != nil else { return self }
        var copy = self
        copy.value = UInt64(bitPattern: Int64(Int32(truncatingIfNeeded: value)))
        copy.narrowSign = true
        return copy
    }

    /// Answers a relocation where its path ends. `access` is `nil` where the BTF has no counterpart.
    init?(_ kind: CORERelocation.Kind, at access: COREAccess?, in btf: BTF) throws(BTFError) {
        guard let access else {
            guard kind.asksForExistence || kind.isAboutType else { return nil }
            self.init(value: 0)
            return
        }
        switch kind {
        case .fieldExists, .typeExists, .enumValueExists, .typeMatches: self.init(value: 1)
        case .typeIDLocal, .typeIDTarget: self.init(value: UInt64(access.root.rawValue), isChecked: false)
        case .typeSize: self.init(value: UInt64(try btf.byteCount(of: access.root)))
        case .enumValue:
            guard let step = access.steps.last, case .enumeration(let enumeration) = try btf.type(step.type),
                enumeration.values.indices.contains(step.index)
            else { return nil }
            self.init(value: enumeration.values[step.index].bits)
            narrowSign = enumeration.is64Bit ? nil : enumeration.isSigned
        case .fieldByteOffset, .fieldByteSize, .fieldSigned, .fieldLeftShift, .fieldRightShift:
            try self.init(field: kind, FieldPlace(access, in: btf), order: btf.byteOrder)
        }
    }

    private init?(field kind: CORERelocation.Kind, _ place: FieldPlace?, order: ByteOrder) {
        guard let place else { return nil }
        let bits = place.bitCount
        switch kind {
        case .fieldByteOffset:
            self.init(
                value: place.byteOffset, fieldSize: place.isBitfield ? nil : place.byteCount, isResizable: place.isResizable,
                isChecked: !place.isBitfield)
        case .fieldByteSize: self.init(value: UInt64(place.byteCount), isChecked: !place.isBitfield)
        // Signedness and shifts may differ between compilers' views of one field: what stands there is not checked.
        case .fieldSigned: self.init(value: place.isSigned ? 1 : 0, isChecked: false)
        case .fieldLeftShift, .fieldRightShift:
            // Only what fits into a register can be shifted out of one.
            guard place.byteCount <= 8, bits <= 64 else { return nil }
            guard kind == .fieldLeftShift else {
                self.init(value: 64 - bits, isChecked: false)
                return
            }
            let behind = place.bitOffset - place.byteOffset * 8
            self.init(
                value: order == .littleEndian ? 64 - (behind + bits) : UInt64(8 - place.byteCount) * 8 + behind, isChecked: false)
        default: return nil
        }
    }
}

/// Where a field lies, and the load that fetches it.
private struct FieldPlace {
    let bitOffset: UInt64
    let bitCount: UInt64
    /// The aligned load that holds all of the field's bits: where, and how wide. For a plain field, the field itself.
    var byteOffset: UInt64
    var byteCount: UInt32
    let isBitfield: Bool
    let isSigned: Bool
    let isResizable: Bool

    init?(_ access: COREAccess, in btf: BTF) throws(BTFError) {
        guard let last = access.steps.last else { return nil }
        var type = last.type
        var width: UInt8 = 0
        if last.name != nil {
            guard case .composite(let composite) = try btf.type(last.type), composite.members.indices.contains(last.index) else { return nil }
            type = composite.members[last.index].type
            width = composite.members[last.index].bitCount
        }
        let description = try btf.resolve(type).type
        bitOffset = access.bitOffset
        isBitfield = width > 0
        byteCount = try btf.byteCount(of: type)
        switch description {
        case .integer(let integer): (isSigned, isResizable) = (integer.isSigned, !integer.isSigned)
        case .enumeration(let enumeration): (isSigned, isResizable) = (enumeration.isSigned, false)
        case .pointer: (isSigned, isResizable) = (false, true)
        default: (isSigned, isResizable) = (false, false)
        }
        guard isBitfield else {
            guard bitOffset % 8 == 0 else { return nil }
            byteOffset = bitOffset / 8
            bitCount = UInt64(byteCount) * 8
            return
        }
        bitCount = UInt64(width)
        guard [1, 2, 4, 8].contains(byteCount), bitCount <= 64 else { return nil }
        byteOffset = bitOffset / 8 / UInt64(byteCount) * UInt64(byteCount)
        while bitOffset + bitCount - byteOffset * 8 > UInt64(byteCount) * 8 {
            guard byteCount < 8 else { return nil }
            byteCount *= 2
            byteOffset = bitOffset / 8 / UInt64(byteCount) * UInt64(byteCount)
        }
    }
}
