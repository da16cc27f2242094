// SPDX-License-Identifier: Apache-2.0

import Bytes

/// What a kernel understands in the BTF that it is given; all else it refuses, and the object with it.
public struct BTFFeatures: OptionSet, Sendable, Hashable, CustomStringConvertible {
    /// One bit for each feature, in the order in which kernels learned them.
    public let rawValue: UInt32
    /// The features of these bits.
    public init(rawValue: UInt32) { self.rawValue = rawValue }

    /// `FUNC` and `FUNC_PROTO`.
    public static let functions = BTFFeatures(rawValue: 1 << 0)
    /// `VAR` and `DATASEC`.
    public static let dataSections = BTFFeatures(rawValue: 1 << 1)
    /// A `FUNC` that is not static.
    public static let globalFunctions = BTFFeatures(rawValue: 1 << 2)
    /// `FLOAT`.
    public static let floatingPoint = BTFFeatures(rawValue: 1 << 3)
    /// `DECL_TAG`.
    public static let declarationTags = BTFFeatures(rawValue: 1 << 4)
    /// `TYPE_TAG`.
    public static let typeTags = BTFFeatures(rawValue: 1 << 5)
    /// `ENUM64`, and the sign of an `ENUM`.
    public static let enumeration64 = BTFFeatures(rawValue: 1 << 6)
    /// `DATASEC` whose name begins with `?`, for `struct_ops` that are not attached by themselves.
    public static let optionalSections = BTFFeatures(rawValue: 1 << 7)
    /// Tags that are other attributes (`kind_flag` of `DECL_TAG` and `TYPE_TAG`).
    public static let attributes = BTFFeatures(rawValue: 1 << 8)

    /// The sizes of kinds, by which readers skip those that they do not know (the layout section).
    public static let kindSizes = BTFFeatures(rawValue: 1 << 9)
    /// More than 65,535 members, enumerators, parameters or variables of one type.
    public static let manyEntries = BTFFeatures(rawValue: 1 << 10)

    /// Each feature, its name in the kernel, and the first kernel that has it.
    public static let table: [(feature: BTFFeatures, name: String, minimumKernel: (major: Int, minor: Int))] = [
        (.functions, "FUNC", (5, 0)),
        (.dataSections, "DATASEC", (5, 2)),
        (.globalFunctions, "FUNC global", (5, 6)),
        (.floatingPoint, "FLOAT", (5, 13)),
        (.declarationTags, "DECL_TAG", (5, 16)),
        (.typeTags, "TYPE_TAG", (5, 17)),
        (.enumeration64, "ENUM64", (6, 0)),
        (.optionalSections, "DATASEC ?", (6, 9)),
        (.attributes, "attributes", (6, 15)),
        (.kindSizes, "layout", (7, 1)),
        (.manyEntries, "vlen of 24 bits", (7, 2)),
    ]

    /// All that is known.
    public static let all = BTFFeatures(table.map(\.feature))

    /// What a kernel of this version has, as released by kernel.org; distributions may have brought more to theirs.
    public static func ofKernel(major: Int, minor: Int) -> BTFFeatures {
        BTFFeatures(table.filter { $0.minimumKernel <= (major, minor) }.map(\.feature))
    }

    /// The kernel's names: `FUNC, DATASEC`.
    public var description: String { Self.table.filter { contains($0.feature) }.map(\.name).joined(separator: ", ") }
}

extension BTF {
    /// The same types for a kernel that does not understand all of them: what it lacks is replaced by what has the same size.
    ///
    /// All numbers and string offsets stay, so that `.BTF.ext` and instructions need no change; one type may be added at the end. The
    /// replacements are those of libbpf's `bpf_object__sanitize_btf`:
    ///
    /// | lacking | becomes |
    /// |---|---|
    /// | `FLOAT` | an empty anonymous struct of its size |
    /// | `ENUM64` | a union of its size, the enumerators members of one byte |
    /// | the sign of an `ENUM` | nothing |
    /// | `DECL_TAG`, `VAR` | an integer of one byte |
    /// | `TYPE_TAG` | `const` |
    /// | `DATASEC` | a struct with the variables as members |
    /// | `DATASEC` with `?` | one with `_` |
    /// | linkage of a `FUNC` | static |
    /// | `FUNC` | a typedef |
    /// | `FUNC_PROTO` | an enumeration |
    /// | the sizes of kinds | nothing |
    ///
    /// - Throws: ``BTFError`` where a data section refers to a type that does not exist, or what the kernel lacks nothing can replace: a type of
    ///   more than 65,535 entries, or of a kind that is not known here.
    public func sanitized(for features: BTFFeatures) throws(BTFError) -> BTF {
        var sanitising = Sanitising(features, BTFBuilder(copying: self))
        try sanitising.run()
        return try sanitising.builder.btf(byteOrder)
    }
}

/// Rewrites types where they stand: each replacement has as many words as what it replaces.
private struct Sanitising {
    let features: BTFFeatures
    var builder: BTFBuilder
    /// The integer that stands for the value of a wide enumerator; added when it is first needed.
    var placeholder: TypeID?
    /// The names of types before anything was changed, for the variables of data sections.
    let names: [UInt32]

    init(_ features: BTFFeatures, _ builder: BTFBuilder) {
        self.features = features
        self.builder = builder
        names = (0..<builder.table.count).map { builder.table.header($0).name }
    }

    mutating func run() throws(BTFError) {
        // What is added at the end is understood by all kernels.
        for index in 0..<names.count {
            let header = builder.table.header(index)
            try check(header, index)
            switch header.kind {
            case .floatingPoint where lacks(.floatingPoint):
                rename(header, 0)
                become(header, .structure)
            case .enumeration where lacks(.enumeration64): become(header, .enumeration, count: header.count)
            case .enumeration64 where lacks(.enumeration64): try replace(enumeration64: header)
            case .declarationTag where lacks(.declarationTags) || header.flag && lacks(.attributes): replace(byByte: header)
            case .typeTag where lacks(.typeTags) || header.flag && lacks(.attributes):
                rename(header, 0)
                become(header, .constant)
            case .variable where lacks(.dataSections): replace(byByte: header)
            case .dataSection: try replace(dataSection: header)
            case .function: replace(function: header)
            case .prototype where lacks(.functions): replace(prototype: header)
            default: break
            }
        }
    }

    private func check(_ header: TypeTable.Header, _ index: Int) throws(BTFError) {
        let type = builder.firstIndex + index
        if header.kind == .void, lacks(.kindSizes) {
            throw BTFError(.unknownKind, "type \(type) is of kind \(header.info.kindNumber), which neither this reader nor the kernel knows")
        }
        if header.count > TypeInfo.largestCountOfOldKernels, lacks(.manyEntries) {
            let name = String(decoding: builder.strings.text(at: header.name), as: UTF8.self)
            throw BTFError(
                .malformed,
                "\(header.kind.word) '\(name)' (type \(type)) has \(header.count) entries; kernels before Linux 7.2 take \(TypeInfo.largestCountOfOldKernels)"
            )
        }
    }

    private func lacks(_ feature: BTFFeatures) -> Bool { !features.contains(feature) }

    private mutating func become(_ header: TypeTable.Header, _ kind: BTFKind, count: Int = 0) {
        builder.table[header.start + 1] = TypeInfo(kind, count: count).word
    }

    private mutating func rename(_ header: TypeTable.Header, _ name: UInt32) { builder.table[header.start] = name }

    /// One byte: a larger integer might be larger than the variable was.
    private mutating func replace(byByte header: TypeTable.Header) {
        become(header, .integer)
        builder.table[header.start + 2] = 1
        builder.table[header.rest] = 8
    }

    private mutating func replace(enumeration64 header: TypeTable.Header) throws(BTFError) {
        let byte: TypeID
        if let placeholder {
            byte = placeholder
        } else {
            byte = try builder.addInteger("enum64_placeholder", byteCount: 1)
            placeholder = byte
        }
        become(header, .union, count: header.count)
        // Name, low and high half of the value become name, type and offset.
        for index in 0..<header.count {
            builder.table[header.rest + 3 * index + 1] = byte.rawValue
            builder.table[header.rest + 3 * index + 2] = 0
        }
    }

    private mutating func replace(dataSection header: TypeTable.Header) throws(BTFError) {
        guard lacks(.dataSections) else {
            var name = builder.strings.text(at: header.name)
            if lacks(.optionalSections), name.first == UInt8(ascii: "?") {
                name[0] = UInt8(ascii: "_")
                try rename(header, builder.string(String(decoding: name, as: UTF8.self)))
            }
            return
        }
        try rename(header, identifier(header.name))
        become(header, .structure, count: header.count)
        // Type, offset and size in bytes become name, type and offset in bits.
        for index in 0..<header.count {
            let place = header.rest + 3 * index
            let (type, offset) = (builder.table[place], builder.table[place + 1])
            builder.table[place] = try name(ofType: type)
            builder.table[place + 1] = type
            builder.table[place + 2] = offset &* 8
        }
    }

    private mutating func replace(function header: TypeTable.Header) {
        if lacks(.functions) {
            become(header, .alias)
        } else if lacks(.globalFunctions) {
            become(header, .function)
        }
    }

    private mutating func replace(prototype header: TypeTable.Header) {
        become(header, .enumeration, count: header.count)
        builder.table[header.start + 2] = 4
    }

    private func name(ofType number: UInt32) throws(BTFError) -> UInt32 {
        let index = Int(number) - builder.firstIndex
        guard index < names.count else {
            throw BTFError(.noSuchType, "a data section refers to type \(number); there are \(builder.firstIndex + names.count - 1)")
        }
        return index >= 0 ? names[index] : 0
    }

    /// A name like another, in which `_` stands for all that is not allowed in C.
    private mutating func identifier(_ name: UInt32) throws(BTFError) -> UInt32 {
        let text = builder.strings.text(at: name).map { byte -> UInt8 in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"): byte
            default: UInt8(ascii: "_")
            }
        }
        return try builder.string(String(decoding: text, as: UTF8.self))
    }
}
