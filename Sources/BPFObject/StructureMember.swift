// SPDX-License-Identifier: Apache-2.0

import BTF

/// A member of a structure, or of an anonymous one within it, whose members count as its own.
struct StructureMember {
    let name: String
    let type: TypeID
    /// From the beginning of the whole.
    let bitOffset: UInt64
    /// The width of a bitfield; 0 for what is none.
    let bitCount: UInt32

    /// All members with a name, in their order; none of a type that is no structure.
    ///
    /// - Throws: ``BTFError`` where anonymous members nest too deeply, or there are too many.
    static func all(of type: TypeID, in btf: BTF, _ budget: inout COREBudget) throws(BTFError) -> [StructureMember] {
        var found: [StructureMember] = []
        try collect(type, at: 0, in: btf, into: &found, depth: 0, &budget)
        return found
    }

    private static func collect(
        _ type: TypeID, at start: UInt64, in btf: BTF, into found: inout [StructureMember], depth: Int, _ budget: inout COREBudget
    ) throws(BTFError) {
        guard depth < CORERelocation.maximumDepth else { throw BTFError(.malformed, "anonymous members nest too deeply") }
        let header = try btf.resolvedHeader(of: type).header
        guard header.isComposite else { return }
        for index in 0..<header.count {
            try budget.spend(16)
            let member = btf.member(header, index)
            let place = start &+ UInt64(member.offset)
            if btf.hasText(at: member.name) {
                let name = btf.string(at: member.name, longest: 4096) ?? "..."
                found.append(StructureMember(name: name, type: member.type, bitOffset: place, bitCount: member.width))
            } else {
                try collect(member.type, at: place, in: btf, into: &found, depth: depth + 1, &budget)
            }
        }
    }
}

extension StructureMember {
    /// The members of a kernel's structure, one of which is meant by a name that it lacks; none where nothing is near.
    ///
    /// Near are names that are a few letters away. Where there are none, the kernel may have given a member another name: of the same type,
    /// at the same place beside a neighbour of the same name, or with the same first word (`nr_running` became `nr_queued`); told only
    /// where there is just one such.
    ///
    /// - Parameter own: the object's structure, in which the name is.
    static func near(
        _ name: String, of own: [StructureMember], in local: BTF, among theirs: [StructureMember], in target: BTF
    ) -> [String] {
        let near = NearestNames.of(name, among: theirs.map(\.name))
        guard near.isEmpty, let place = own.firstIndex(where: { $0.name == name }), let shape = Shape(own[place], in: local) else { return near }
        let known = Set(own.map(\.name))
        let unknown = theirs.indices.filter { !known.contains(theirs[$0].name) && Shape(theirs[$0], in: target) == shape }
        let moved = unknown.filter { index in
            guard index == place || theirs[index].bitOffset == own[place].bitOffset else { return false }
            let before = place > 0 && index > 0 && own[place - 1].name == theirs[index - 1].name
            return before || place + 1 < own.count && index + 1 < theirs.count && own[place + 1].name == theirs[index + 1].name
        }
        if moved.count == 1 { return moved.map { theirs[$0].name } }
        let word = name.prefix { $0 != "_" } + "_"
        let alike = unknown.filter { word.count > 1 && word.count < name.count && theirs[$0].name.hasPrefix(word) }
        return alike.count == 1 ? alike.map { theirs[$0].name } : []
    }

    /// What a member must share with one that it is taken for.
    private struct Shape: Hashable {
        let kind: BTFKind
        let byteCount: UInt32
        let isSigned: Bool
        let name: String
        let pointee: BTFKind
        let bitCount: UInt32

        init?(_ member: StructureMember, in btf: BTF) {
            guard let (type, header) = try? btf.resolvedHeader(of: member.type) else { return nil }
            kind = header.kind == .enumeration64 ? .enumeration : header.kind
            byteCount = (try? btf.byteCount(of: type, longest: BTF.longestChain)) ?? 0
            isSigned = header.kind == .integer && btf.integer(header).isSigned
            // Pointers are alike where they lead to the same.
            let named = header.kind == .pointer ? (try? btf.resolvedHeader(of: TypeID(header.sizeOrType)).header) ?? header : header
            pointee = named.kind
            // Compilers name integers differently: "unsigned long", "long unsigned int".
            name = named.kind == .integer ? "" : (try? btf.nameWithoutFlavor(at: named.nameOffset)) ?? ""
            bitCount = member.bitCount
        }
    }
}
