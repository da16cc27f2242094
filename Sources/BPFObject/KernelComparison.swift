// SPDX-License-Identifier: Apache-2.0

public import BTF

/// What an object's CO-RE relocations ask for that a kernel's types answer in another way than the object's author may think.
public struct KernelDifference: Sendable, Hashable {
    /// What kind of difference it is.
    public enum Kind: Sendable, Hashable {
        /// The kernel's structure lacks the field or has one of another kind, and nothing in the object asks whether it is there; or it is none that CO-RE
        /// finds.
        case missing
        /// The field is of another size.
        case differs
        /// The kernel's types have no structure of this name: it may be a module's.
        case unknownType
    }

    /// What kind of difference it is.
    public let kind: Kind
    /// What differs, in words.
    public let text: String
    /// The function that asks.
    public let function: String
    /// The source line that asks, where the object has lines.
    public let line: SourceLine?
}

extension ObjectFile {
    /// Compares what all programs read of the kernel's structures with a kernel's types, by name.
    ///
    /// A field that some kernels lack is no difference where the object asks for it first: whether the field or its structure is there, or by a
    /// structure with a flavor (`task_struct___old`).
    ///
    /// - Throws: ``ObjectError`` where types are broken.
    public func differences(from kernel: BTF) throws(ObjectError) -> [KernelDifference] {
        guard let btf else { return [] }
        var comparison = KernelComparison(local: btf, kernel: kernel)
        do {
            for function in functions { for relocation in function.relocations { try comparison.note(relocation) } }
            for function in functions { for relocation in function.relocations { try comparison.compare(relocation, in: function) } }
        } catch let error as ObjectError { throw error } catch let error as BTFError { throw ObjectError(error) } catch {
            throw ObjectError(.malformed, "\(error)")
        }
        return comparison.differences
    }
}

/// One comparison under way.
private struct KernelComparison {
    let local: BTF
    let kernel: BTF
    var differences: [KernelDifference] = []
    /// The paths and structures that the object asks about before it reads: `task_struct.exit_code`, `task_struct`.
    private var asked: Set<String> = []
    /// The fields that are read as numbers of bits.
    private var shifted: Set<String> = []

    init(local: BTF, kernel: BTF) {
        self.local = local
        self.kernel = kernel
    }

    /// The structure, and the names on the way to the field.
    private func path(_ relocation: CORERelocation) throws -> (structure: String, names: [String]) {
        let access = try COREAccess(local: relocation, in: local)
        return (try local.name(of: relocation.root), access.steps.compactMap { COREAccess.name(of: $0, in: local) })
    }

    mutating func note(_ relocation: CORERelocation) throws {
        let (structure, names) = try path(relocation)
        let whole = ([essentialName(structure)] + names).joined(separator: ".")
        switch relocation.kind {
        case .fieldExists, .enumValueExists: asked.insert(whole)
        case .typeExists, .typeMatches, .typeSize: asked.insert(essentialName(structure))
        case .fieldLeftShift, .fieldRightShift: shifted.insert(whole)
        default: break
        }
    }

    mutating func compare(_ relocation: CORERelocation, in function: Function) throws {
        guard [.fieldByteOffset, .fieldByteSize, .enumValue].contains(relocation.kind) else { return }
        let (structure, names) = try path(relocation)
        let essential = essentialName(structure)
        guard structure == essential, !asked.contains(essential) else { return }
        // Who asks whether a structure within is there does not read the fields of it otherwise.
        for count in 1...max(1, names.count) where asked.contains(([essential] + names.prefix(count)).joined(separator: ".")) { return }
        let isEnumeration = relocation.kind == .enumValue
        let roots = kernel.types(named: essential, kinds: isEnumeration ? [.enumeration, .enumeration64] : [.structure, .union])
        guard !roots.isEmpty else {
            if !isEnumeration, let text = try aliasComplaint(essential) { return report(.missing, text, relocation, function) }
            let word = isEnumeration ? "enumeration" : "structure"
            return report(.unknownType, "this kernel's types have no \(word) '\(essential)'; is it a module's?", relocation, function)
        }
        if isEnumeration { return try compareEnumerators(names.last ?? "", essential, roots, relocation, function) }
        // Where the kernel has several of one name, one that answers is enough.
        var first: (kind: KernelDifference.Kind, text: String)?
        for root in roots {
            guard let difference = try difference(relocation, from: root) else { return }
            first = first ?? difference
        }
        // Who asks how large a field is knows that its size is not always the same.
        if let first, first.kind == .missing || relocation.kind != .fieldByteSize { report(first.kind, first.text, relocation, function) }
    }

    /// What is wrong with a structure of which the kernel has the name as a typedef alone, where CO-RE does not look for it: `kuid_t`.
    private func aliasComplaint(_ name: String) throws -> String? {
        guard let alias = kernel.types(named: name, kinds: [.alias]).first else { return nil }
        guard case .composite = try kernel.resolve(alias).type else {
            return "'\(name)' is no structure in this kernel, but a name for another type; declare the field as the number or pointer that it is"
        }
        return
            "'\(name)' is a structure that only a typedef names in this kernel, whose fields are not looked for; declare it as a KernelValue, which is read as it is"
    }

    private mutating func compareEnumerators(_ name: String, _ type: String, _ roots: [TypeID], _ relocation: CORERelocation, _ function: Function)
        throws
    {
        var known: [String] = []
        for root in roots {
            guard case .enumeration(let enumeration) = try kernel.type(root) else { continue }
            known += enumeration.values.map { essentialName($0.name) }
        }
        guard !known.contains(essentialName(name)) else { return }
        report(
            .missing, "'\(type).\(name)' is not in this kernel\(Self.advice(NearestNames.of(essentialName(name), among: known)))", relocation,
            function)
    }

    private mutating func report(_ kind: KernelDifference.Kind, _ text: String, _ relocation: CORERelocation, _ function: Function) {
        let line = function.lines.last { $0.slot <= relocation.slot }
        // One line may read a field several times.
        guard !differences.contains(where: { $0.text == text && $0.line?.record.lineAndColumn == line?.record.lineAndColumn }) else { return }
        if kind == .unknownType, differences.contains(where: { $0.text == text }) { return }
        differences.append(KernelDifference(kind: kind, text: text, function: function.name, line: line))
    }

    /// Follows the path through one structure of the kernel.
    private func difference(_ relocation: CORERelocation, from root: TypeID) throws -> (kind: KernelDifference.Kind, text: String)? {
        let access = try COREAccess(local: relocation, in: local)
        var current = root
        var walked = essentialName(try local.name(of: relocation.root))
        for (position, step) in access.steps.enumerated() {
            guard let name = COREAccess.name(of: step, in: local) else {
                if position > 0, case .array(let array) = try kernel.resolve(current).type { current = array.element }
                continue
            }
            var budget = COREBudget.advice
            let members = try StructureMember.all(of: current, in: kernel, &budget)
            guard let member = members.first(where: { $0.name == name }) else {
                let own = try StructureMember.all(of: step.type, in: local, &budget)
                let near = StructureMember.near(name, of: own, in: local, among: members, in: kernel)
                return (.missing, "'\(walked).\(name)' is not in this kernel\(Self.advice(near))")
            }
            walked += "." + name
            guard case .composite(let declared) = try local.type(step.type), declared.members.indices.contains(step.index) else { return nil }
            let type = declared.members[step.index].type
            // CO-RE finds only fields of the same kind, so that this is as good as missing.
            if let text = try kindDifference(type, member.type, walked) { return (.missing, text) }
            if position == access.steps.count - 1, let text = try difference(type, member, walked) { return (.differs, text) }
            current = member.type
        }
        return nil
    }

    private static func advice(_ near: [String]) -> String {
        near.isEmpty ? "; ask first whether it is there (has), or declare only fields that it has" : COREAbsence.advice(near)
    }

    /// How the size of the field that is read differs from how it was declared.
    private func difference(_ declared: TypeID, _ member: StructureMember, _ name: String) throws -> String? {
        let theirs = try kernel.resolve(member.type).type
        guard member.bitCount == 0 else {
            return shifted.contains(name)
                ? nil : "'\(name)' is \(member.bitCount) bits of an integer in this kernel; read it with bits(\\.\(member.name))"
        }
        let ours = try local.resolve(declared).type
        // Structures are declared with what is read of them, so that their sizes say nothing.
        switch (ours, theirs) {
        case (.composite, _), (_, .composite), (.array, _), (_, .array): return nil
        default: break
        }
        let (own, other) = (try local.byteCount(of: declared), try kernel.byteCount(of: member.type))
        return own == other ? nil : "'\(name)' has \(other) bytes in this kernel, and was declared with \(own)"
    }

    private func kindDifference(_ declared: TypeID, _ theirs: TypeID, _ name: String) throws -> String? {
        let (ours, theirs) = (Self.word(try local.resolve(declared).type), Self.word(try kernel.resolve(theirs).type))
        guard let ours, let theirs, ours != theirs else { return nil }
        return "'\(name)' is \(theirs) in this kernel, and was declared as \(ours)"
    }

    private static func word(_ type: BTFType) -> String? {
        switch type {
        case .integer: "a number"
        case .enumeration: "an enumeration"
        case .pointer: "a pointer"
        case .array: "an array"
        case .composite: "a structure"
        case .floatingPoint: "a floating-point number"
        default: nil
        }
    }
}
