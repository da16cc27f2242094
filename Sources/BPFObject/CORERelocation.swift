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
    /// The path as an offset in the strings of the object's BTF: equal ones are equal paths.
    private let accessString: UInt32

    /// What is asked, whichever instruction asks.
    struct Question: Sendable, Hashable {
        let kind: Kind
        let root: TypeID
        fileprivate let accessString: UInt32
    }

    var question: Question { Question(kind: kind, root: root, accessString: accessString) }

    init(_ record: BTFExtension.CORERecord, slot: Int, btf: BTF) throws(ObjectError) {
        guard let kind = Kind(rawValue: record.kind) else {
            throw ObjectError(.unsupported, "a CO-RE relocation is of kind \(record.kind), which is newer than this reader")
        }
        guard let text = btf.string(at: record.accessString, longest: Self.maximumDepth * 16) else {
            throw ObjectError(.malformed, "a CO-RE relocation has a path of more than \(Self.maximumDepth * 16) bytes")
        }
        guard let path = Self.path(text), path.count <= Self.maximumDepth else {
            throw ObjectError(.malformed, "a CO-RE relocation has the path '\(text)', which is none")
        }
        guard kind.isAboutField || path.count == 1, !kind.isAboutType || path == [0] else {
            throw ObjectError(.malformed, "a CO-RE relocation about a type or an enumerator has the path '\(text)', as of a field")
        }
        self.slot = slot
        self.kind = kind
        accessString = record.accessString
        root = record.type
        self.path = path
    }

    /// Reads decimal numbers with colons between them; `nil` where the text is something else, or a number is too large. Objects have thousands.
    private static func path(_ text: String) -> [Int]? {
        var path: [Int] = []
        var number: Int?
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"):
                let (product, overflow) = (number ?? 0).multipliedReportingOverflow(by: 10)
                let (sum, overflows) = product.addingReportingOverflow(Int(byte - UInt8(ascii: "0")))
                guard !overflow, !overflows else { return nil }
                number = sum
            case UInt8(ascii: ":"):
                guard let whole = number else { return nil }
                path.append(whole)
                number = nil
            default: return nil
            }
        }
        guard let number else { return nil }
        path.append(number)
        return path
    }

    /// How deep a path may go; the kernel and libbpf have the same bound (`BPF_CORE_SPEC_MAX_LEN`).
    static let maximumDepth = 64
}
