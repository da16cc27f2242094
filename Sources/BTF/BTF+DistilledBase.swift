// SPDX-License-Identifier: Apache-2.0

import Bytes

extension BTF {
    /// Types that stand on a distilled base, moved to the kernel that runs.
    ///
    /// A module that was built apart from its kernel brings, in `.BTF.base`, only what its own types need of the kernel's: names,
    /// kinds and sizes, without contents. Read that as a BTF, read the module's own types with it as their ``base``, then
    /// move them. From Linux 6.11 on. The rules are those of the kernel's `btf_relocate.c`:
    ///
    /// - An integer, a floating-point number or an enumeration must have the same name and size in the kernel, integers the same
    ///   encoding as well; `ENUM` may be `ENUM64` there.
    /// - A struct or union must have the same name, and the same size where the module contains it or where the kernel has several of
    ///   that name.
    /// - A declaration must be a struct or union of that name, or a declaration there too.
    /// - Exactly one must fit.
    ///
    /// - Parameter kernel: the types of the kernel that runs.
    /// - Returns: the module's types on top of the kernel's, and the new number of each type by its old one.
    /// - Throws: ``BTFError``: with ``BTFError/Code/noSuchType`` where the kernel has no such type, ``BTFError/Code/ambiguous`` where it
    ///   has several, ``BTFError/Code/malformed`` where there is no distilled base.
    public func relocated(onto kernel: BTF) throws(BTFError) -> (btf: BTF, map: [TypeID]) {
        guard let base else { throw BTFError(.malformed, "the types stand on no base that could be relocated") }
        guard kernel.base == nil else { throw BTFError(.malformed, "the kernel's types stand on a base") }
        guard kernel.byteOrder == byteOrder else { throw BTFError(.malformed, "its byte order is not that of the kernel") }
        let embedded = try EmbeddedTypes(of: self)
        var map: [TypeID] = [.void]
        for type in base.typeIDs {
            map.append(try kernel.counterpart(of: type, in: base, mustHaveSize: embedded.contains(type)))
        }
        let shift = kernel.count - base.count
        for type in ownTypeIDs { map.append(TypeID(UInt32(truncatingIfNeeded: Int(type.rawValue) + shift))) }
        var builder = BTFBuilder(quicklyOn: kernel)
        try builder.append(typesOf: self, map)
        return (try builder.btf(byteOrder), map)
    }

    /// The type that a distilled one means.
    private func counterpart(of type: TypeID, in distilled: BTF, mustHaveSize: Bool) throws(BTFError) -> TypeID {
        let header = try distilled.header(of: type)
        let name = distilled.string(at: header.nameOffset)
        guard !name.isEmpty else { throw BTFError(.malformed, "type \(type.rawValue) of the distilled base has no name") }
        let found: [TypeID]
        switch header.kind {
        case .integer:
            let encoding = distilled.word(header, 0) >> 24 & 15
            found = try types(named: name, [.integer]) { $0.sizeOrType == header.sizeOrType && word($0, 0) >> 24 & 15 == encoding }
        case .floatingPoint: found = try types(named: name, [.floatingPoint]) { $0.sizeOrType == header.sizeOrType }
        case .enumeration: found = try types(named: name, [.enumeration, .enumeration64]) { $0.sizeOrType == header.sizeOrType }
        case .structure, .union:
            let namesakes = types(named: name, kinds: [.structure, .union])
            let needsSize = mustHaveSize || namesakes.count > 1
            found = try types(named: name, [header.kind]) { !needsSize || $0.sizeOrType == header.sizeOrType }
        case .forward: found = try definitions(of: name, isUnion: header.flag)
        default: throw BTFError(.malformed, "type \(type.rawValue) of the distilled base is a \(header.kind.word), which none should hold")
        }
        let description = "\(header.kind == .forward ? (header.flag ? "union" : "struct") : header.kind.word) '\(name)'"
        guard let first = found.first else {
            throw BTFError(.noSuchType, "the kernel has no \(description) like that of the module, whose size is \(header.sizeOrType)")
        }
        guard found.count == 1 else {
            throw BTFError(.ambiguous, "the kernel has several \(description) (\(found.map(\.description).joined(separator: ", ")))")
        }
        return first
    }

    private func types(
        named name: String, _ kinds: Set<BTFKind>, _ fits: (Header) -> Bool
    ) throws(BTFError) -> [TypeID] {
        var found: [TypeID] = []
        for type in types(named: name, kinds: kinds) where fits(try header(of: type)) { found.append(type) }
        return found
    }

    /// The struct or union of a name, or else what declares it.
    private func definitions(of name: String, isUnion: Bool) throws(BTFError) -> [TypeID] {
        let definitions = types(named: name, kinds: [isUnion ? .union : .structure])
        if definitions.count == 1 { return definitions }
        let declarations = try types(named: name, [.forward]) { $0.flag == isUnion }
        return declarations.isEmpty ? definitions : declarations
    }
}

/// The structs and unions of a base that others contain, not only point to: their size decides where members are.
private struct EmbeddedTypes {
    private var isEmbedded: [Bool]

    init(of btf: BTF) throws(BTFError) {
        let baseCount = btf.base?.count ?? 1
        isEmbedded = [Bool](repeating: false, count: baseCount)
        // What was walked through once has been followed to its end.
        var isKnown = [Bool](repeating: false, count: btf.count)
        for type in btf.ownTypeIDs {
            let header = try btf.header(of: type)
            guard header.kind == .structure || header.kind == .union else { continue }
            for index in 0..<header.count { try follow(TypeID(btf.word(header, 3 * index + 1)), btf, baseCount, &isKnown) }
        }
    }

    func contains(_ type: TypeID) -> Bool { isEmbedded[Int(type.rawValue)] }

    private mutating func follow(_ type: TypeID, _ btf: BTF, _ baseCount: Int, _ isKnown: inout [Bool]) throws(BTFError) {
        var type = type
        while type != .void, Int(type.rawValue) < isKnown.count, !isKnown[Int(type.rawValue)] {
            isKnown[Int(type.rawValue)] = true
            let header = try btf.header(of: type)
            switch header.kind {
            case .constant, .volatile, .restrict, .alias, .typeTag: type = TypeID(header.sizeOrType)
            case .array: type = TypeID(btf.word(header, 0))
            case .structure, .union:
                if Int(type.rawValue) < baseCount { isEmbedded[Int(type.rawValue)] = true }
                return
            default: return
            }
        }
    }
}
