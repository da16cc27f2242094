// SPDX-License-Identifier: Apache-2.0

import BTF
import Bytes

/// The answer to a CO-RE relocation in one BTF.
struct COREValue: Hashable, CustomStringConvertible {
    var value: UInt64
    /// For a field: its distance from the beginning of the type in bits.
    var bitOffset: UInt64?
    /// For a field's offset: the size in bytes of the field, or of an array's elements, where it is a plain one, so that loads of it can be
    /// made wider or narrower.
    var fieldSize: UInt32?
    /// How a load that is made wider or narrower fills the register, so that the field's value stays.
    var extensionOfLoads = Extension.none
    /// For the value of an enumerator of 32 bits: whether its type says that it has a sign.
    var narrowSign: Bool?
    /// Whether the instruction must hold the object's own answer before it is changed.
    var isChecked = true

    enum Extension {
        /// With zeros: unsigned integers and pointers.
        case zero
        /// With the sign: signed integers.
        case sign
        /// Structures, enumerations and others cannot be read in another width.
        case none
    }

    var description: String { "\(value)\(fieldSize.map { " (\($0) bytes)" } ?? "")" }

    /// Whether another type of the name gives the same answer, apart from the field's size, which only matters to loads and stores.
    func agrees(with other: COREValue) -> Bool { value == other.value && bitOffset == other.bitOffset }
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
        case .fieldExists: self.init(value: 1, bitOffset: access.bitOffset)
        case .typeExists, .enumValueExists, .typeMatches: self.init(value: 1)
        case .typeIDLocal, .typeIDTarget: self.init(value: UInt64(access.root.rawValue), isChecked: false)
        case .typeSize: self.init(value: UInt64(try btf.byteCount(of: access.root, longest: BTF.longestChain)))
        case .enumValue:
            guard let step = access.steps.last else { return nil }
            let header = try btf.header(of: step.type)
            guard header.isEnumeration, step.index < header.count else { return nil }
            self.init(value: btf.enumerator(header, step.index))
            narrowSign = header.kind == .enumeration ? header.flag : nil
        case .fieldByteOffset, .fieldByteSize, .fieldSigned, .fieldLeftShift, .fieldRightShift:
            guard let last = access.steps.last else { return nil }
            guard last.name != nil || kind == .fieldByteOffset || kind == .fieldByteSize else {
                throw BTFError(.malformed, "only the place and the size of an element can be asked for, not its sign or shifts")
            }
            try self.init(field: kind, FieldPlace(access, last, in: btf), order: btf.byteOrder)
            bitOffset = access.bitOffset
        }
    }

    private init?(field kind: CORERelocation.Kind, _ place: FieldPlace?, order: ByteOrder) {
        guard let place else { return nil }
        let bits = place.bitCount
        // Compilers may load a bitfield in another way: where and how is not checked, other than its sign and its width.
        switch kind {
        case .fieldByteOffset:
            self.init(
                value: place.byteOffset, fieldSize: place.isBitfield ? nil : place.elementByteCount, extensionOfLoads: place.extensionOfLoads,
                isChecked: !place.isBitfield)
        case .fieldByteSize: self.init(value: UInt64(place.byteCount), isChecked: !place.isBitfield)
        case .fieldSigned: self.init(value: place.isSigned ? 1 : 0)
        case .fieldLeftShift, .fieldRightShift:
            // Only what fits into a register can be shifted out of one.
            guard place.byteCount <= 8, bits <= 64 else { return nil }
            guard kind == .fieldLeftShift else {
                self.init(value: 64 - bits)
                return
            }
            let behind = place.bitOffset - place.byteOffset * 8
            self.init(
                value: order == .littleEndian ? 64 - (behind + bits) : UInt64(8 - place.byteCount) * 8 + behind, isChecked: !place.isBitfield)
        default: return nil
        }
    }
}
