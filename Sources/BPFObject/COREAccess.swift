// SPDX-License-Identifier: Apache-2.0

import BTF

/// A path into a type of one BTF: through which members and elements it goes, and where it ends.
struct COREAccess: Sendable {
    struct Step: Sendable {
        /// The struct, union or enum that the step is taken in, or the type of the element for a step in an array.
        var type: TypeID
        var index: Int
        /// The name of the member or enumerator, as an offset in the strings; `nil` for an element of an array.
        var name: UInt32?
    }

    let root: TypeID
    var steps: [Step] = []
    /// The distance of the path's end from its start in bits.
    var bitOffset: UInt64 = 0

    init(root: TypeID) {
        self.root = root
    }

    /// Moves on by `count` values of a type.
    mutating func advance(by count: Int, of type: TypeID, in btf: BTF) throws(BTFError) {
        let size = UInt64(try btf.byteCount(of: type, longest: BTF.longestChain)) * 8
        let (distance, overflow) = size.multipliedReportingOverflow(by: UInt64(clamping: count))
        try advance(bits: overflow ? .max : distance)
    }

    mutating func advance(bits: UInt64) throws(BTFError) {
        let (sum, overflow) = bitOffset.addingReportingOverflow(bits)
        guard !overflow, sum <= UInt64(UInt32.max) * 8 else { throw BTFError(.malformed, "a path leads further than 2^32 bytes") }
        bitOffset = sum
    }

    /// Whether the path so far ends at the last member of a structure, an array without elements, which is as long as its memory
    /// (libbpf's `is_flex_arr`).
    func endsInFlexibleArray(of count: UInt32, in btf: BTF) throws(BTFError) -> Bool {
        guard count == 0, let last = steps.last, last.name != nil else { return false }
        return last.index == (try btf.header(of: last.type).count) - 1
    }
}

extension COREAccess {
    /// Follows a relocation's path through the object's own types.
    ///
    /// The rules are those of libbpf's `bpf_core_parse_spec`.
    init(local relocation: CORERelocation, in btf: BTF) throws(BTFError) {
        self.init(root: relocation.root)
        guard !relocation.kind.isAboutType, let first = relocation.path.first else { return }
        let (start, header) = try btf.resolvedHeader(of: relocation.root)
        if relocation.kind.isAboutEnumValue {
            guard header.isEnumeration, first < header.count else {
                throw BTFError(.malformed, "a relocation about an enumerator leads to type \(start.rawValue), which has none")
            }
            steps = [Step(type: start, index: first, name: btf.enumeratorName(header, first))]
            return
        }
        // The first index is that of an element, as if the root were an array; nearly always 0.
        steps = [Step(type: start, index: first)]
        try advance(by: first, of: start, in: btf)
        var current = start
        for index in relocation.path.dropFirst() {
            current = try step(index, from: current, in: btf)
        }
    }

    /// Takes one step of the object's own path; answers the type that it leads to.
    private mutating func step(_ index: Int, from type: TypeID, in btf: BTF) throws(BTFError) -> TypeID {
        let (resolved, header) = try btf.resolvedHeader(of: type)
        switch header.kind {
        case .structure, .union:
            guard index < header.count else {
                throw BTFError(.malformed, "a path leads to member \(index) of '\(try btf.name(of: resolved))', which has \(header.count)")
            }
            let member = btf.member(header, index)
            // Anonymous members only lead on to the named ones inside of them; the kernel may have others.
            if btf.hasText(at: member.name) { steps.append(Step(type: resolved, index: index, name: member.name)) }
            try advance(bits: UInt64(member.offset))
            return member.type
        case .array:
            let array = btf.array(header)
            let isFlexible = try endsInFlexibleArray(of: array.count, in: btf)
            guard index < Int(array.count) || isFlexible else {
                throw BTFError(.malformed, "a path leads to element \(index) of an array that has \(array.count)")
            }
            let (element, _) = try btf.resolvedHeader(of: array.element)
            steps.append(Step(type: element, index: index))
            try advance(by: index, of: element, in: btf)
            return element
        default:
            throw BTFError(.malformed, "a path leads into type \(resolved.rawValue), which has no parts")
        }
    }

    /// The name of a step; `nil` for an element of an array.
    static func name(of step: Step, in btf: BTF) -> String? { step.name.map { btf.string(at: $0) } }
}

extension BTF.Header {
    var isEnumeration: Bool { kind == .enumeration || kind == .enumeration64 }
    var isComposite: Bool { kind == .structure || kind == .union }
}
