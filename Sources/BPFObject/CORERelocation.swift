// SPDX-License-Identifier: Apache-2.0

import BTF

/// One CO-RE relocation of an object: an instruction that holds a fact about a type, which each kernel answers anew.
struct CORERelocation: Sendable, Hashable {
    /// What fact it is (`enum bpf_core_relo_kind`).
    enum Kind: UInt32, Sendable, CaseIterable {
        case fieldByteOffset = 0
        case fieldByteSize = 1
        case fieldExists = 2
        case fieldSigned = 3
        case fieldLeftShift = 4
        case fieldRightShift = 5
        case typeIDLocal = 6
        case typeIDTarget = 7
        case typeExists = 8
        case typeSize = 9
        case enumValueExists = 10
        case enumValue = 11
        case typeMatches = 12

        /// Whether the question is if something exists, so that "no" is an answer.
        var asksForExistence: Bool {
            switch self {
            case .fieldExists, .typeExists, .enumValueExists, .typeMatches: true
            default: false
            }
        }

        var isAboutField: Bool { rawValue <= Kind.fieldRightShift.rawValue }
        var isAboutType: Bool { !isAboutField && !isAboutEnumValue }
        var isAboutEnumValue: Bool { self == .enumValueExists || self == .enumValue }
    }

    /// The instruction, in slots from the start of its function.
    let slot: Int
    let kind: Kind
    /// The type in the object's BTF from which the path starts.
    let root: TypeID
    /// The path: members and array elements for fields, an enumerator for enum values, a single 0 for types.
    let path: [Int]

    init(_ record: BTFExtension.CORERecord, slot: Int, btf: BTF) throws(ObjectError) {
        guard let kind = Kind(rawValue: record.kind) else {
            throw ObjectError(.unsupported, "a CO-RE relocation is of kind \(record.kind), which is newer than this reader")
        }
        let text = btf.string(at: record.accessString)
        let parts = text.split(separator: ":", omittingEmptySubsequences: false).map { $0.hasPrefix("+") ? nil : Int($0) }
        guard !parts.isEmpty, !parts.contains(nil), parts.allSatisfy({ $0 ?? -1 >= 0 }), parts.count <= Self.maximumDepth else {
            throw ObjectError(.malformed, "a CO-RE relocation has the path '\(text)', which is none")
        }
        self.slot = slot
        self.kind = kind
        root = record.type
        path = parts.compactMap { $0 }
    }

    /// How deep a path may go; the kernel and libbpf have the same bound (`BPF_CORE_SPEC_MAX_LEN`).
    static let maximumDepth = 64
}
