// SPDX-License-Identifier: Apache-2.0

import BTF

/// Where a field lies, and the load that fetches it. The rules are those of libbpf's `bpf_core_calc_field_relo`.
struct FieldPlace {
    let bitOffset: UInt64
    let bitCount: UInt64
    /// The aligned load that holds all of the field's bits: where, and how wide. For a plain field, the field itself.
    var byteOffset: UInt64
    var byteCount: UInt32
    /// Of an array, the size of its elements, since they are what is loaded.
    let elementByteCount: UInt32
    let isBitfield: Bool
    let isSigned: Bool
    let extensionOfLoads: COREValue.Extension

    /// `nil` for a bitfield that no load can fetch, and a plain field that begins inside of a byte.
    init?(_ access: COREAccess, _ last: COREAccess.Step, in btf: BTF) throws(BTFError) {
        var type = last.type
        var width: UInt32 = 0
        if last.name != nil {
            let header = try btf.header(of: last.type)
            guard header.isComposite, last.index < header.count else { return nil }
            let member = btf.member(header, last.index)
            (type, width) = (member.type, member.width)
        }
        let (resolved, header) = try btf.resolvedHeader(of: type)
        bitOffset = access.bitOffset
        isBitfield = width > 0
        byteCount = try btf.byteCount(of: resolved, longest: BTF.longestChain)
        elementByteCount = header.kind == .array ? try Self.elementByteCount(of: header, in: btf) : byteCount
        switch header.kind {
        case .integer:
            isSigned = btf.integer(header).isSigned
            extensionOfLoads = isSigned ? .sign : .zero
        case .enumeration, .enumeration64: (isSigned, extensionOfLoads) = (header.flag, .none)
        case .pointer: (isSigned, extensionOfLoads) = (false, .zero)
        default: (isSigned, extensionOfLoads) = (false, .none)
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

    private static func elementByteCount(of array: BTF.Header, in btf: BTF) throws(BTFError) -> UInt32 {
        var header = array
        var element = btf.array(header).element
        for _ in 0..<BTF.longestChain {
            (element, header) = try btf.resolvedHeader(of: element)
            guard header.kind == .array else { return try btf.byteCount(of: element, longest: BTF.longestChain) }
            element = btf.array(header).element
        }
        throw BTFError(.malformed, "arrays of arrays go in a circle")
    }
}
