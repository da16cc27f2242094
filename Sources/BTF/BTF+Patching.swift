// SPDX-License-Identifier: Apache-2.0

import Bytes

extension BTF {
    /// Where the variables of a data section really lie, which only the object's symbols and sections know.
    public struct DataSectionLayout: Sendable {
        /// The section's size in bytes.
        public var byteCount: UInt32
        /// The offset in bytes of each variable, in the order of the type's entries.
        public var offsets: [UInt32]

        /// A layout in bytes, with one offset for each entry of the type.
        public init(byteCount: UInt32, offsets: [UInt32]) {
            self.byteCount = byteCount
            self.offsets = offsets
        }
    }

    /// A copy of the bytes in which data sections have their sizes and offsets, as the kernel demands when it loads them.
    ///
    /// The entries come out sorted by offset, which the kernel demands as well; extern variables become global ones, since externs are nothing that a
    /// kernel takes in a section (`btf_var_check_meta`). Nothing changes its length, so every number and offset stays as it was.
    ///
    /// - Parameter externs: the section of externs that have no place (`.ksyms`), which becomes a union of integers; its functions become global ones, and
    ///   its variables integers.
    /// - Parameter hidden: functions that become static, since no other object sees them: the verifier then checks them where they are called, with what
    ///   it knows of the arguments there.
    /// - Throws: ``BTFError`` where a type is no data section, or has another number of variables than its layout.
    public func bytes(
        layingOut sections: [TypeID: DataSectionLayout], externs: TypeID? = nil, hidden: Set<TypeID> = []
    ) throws(BTFError) -> [UInt8] {
        var copy = bytes.array()
        for id in hidden { try makeStatic(id, in: &copy) }
        if let externs { try replaceExterns(externs, in: &copy) }
        for (id, layout) in sections {
            let header = try header(of: id)
            guard Int(id.rawValue) >= firstIndex, header.kind == .dataSection, header.count == layout.offsets.count,
                case .dataSection(let section) = try type(id)
            else { throw BTFError(.malformed, "type \(id.rawValue) is not a data section of \(layout.offsets.count) variables") }
            let start = typesStart + header.rest
            _ = copy.store(integer: layout.byteCount, at: start - 4, order: byteOrder)
            let entries = zip(section.variables, layout.offsets).sorted { $0.1 < $1.1 }
            for (index, (entry, offset)) in entries.enumerated() {
                _ = copy.store(integer: entry.type.rawValue, at: start + 12 * index, order: byteOrder)
                _ = copy.store(integer: offset, at: start + 12 * index + 4, order: byteOrder)
                _ = copy.store(integer: entry.byteCount, at: start + 12 * index + 8, order: byteOrder)
                try makeGlobal(entry.type, in: &copy)
            }
        }
        return copy
    }

    private func makeStatic(_ id: TypeID, in copy: inout [UInt8]) throws(BTFError) {
        guard case .function(_, _, .global) = try type(id), Int(id.rawValue) >= firstIndex else { return }
        let info = TypeInfo(.function, count: Int(BTFType.Linkage.static.rawValue)).word
        _ = copy.store(integer: info, at: typesStart + (try header(of: id)).rest - 8, order: byteOrder)
    }

    private func makeGlobal(_ id: TypeID, in copy: inout [UInt8]) throws(BTFError) {
        guard case .variable(_, _, .extern) = try type(id), Int(id.rawValue) >= firstIndex else { return }
        let header = try header(of: id)
        _ = copy.store(integer: BTFType.Linkage.global.rawValue, at: typesStart + header.rest, order: byteOrder)
    }

    /// Makes a section of externs what the kernel takes: it takes no functions in sections, and no variable without a size.
    private func replaceExterns(_ id: TypeID, in copy: inout [UInt8]) throws(BTFError) {
        let section = try header(of: id)
        guard Int(id.rawValue) >= firstIndex, section.kind == .dataSection, case .dataSection(let externs) = try type(id) else {
            throw BTFError(.malformed, "type \(id.rawValue) is not a data section")
        }
        guard let integer = types(ofKinds: [.integer]).first else {
            throw BTFError(.malformed, "the types have externs and no integer that could stand for them")
        }
        let start = typesStart + section.rest - 12
        _ = copy.store(integer: UInt32(0), at: start, order: byteOrder)
        _ = copy.store(integer: TypeInfo(.union, count: section.count).word, at: start + 4, order: byteOrder)
        _ = copy.store(integer: try byteCount(of: integer), at: start + 8, order: byteOrder)
        for (index, entry) in externs.variables.enumerated() {
            // Type, offset and size become name, type and offset of a member.
            for (word, value) in [0, integer.rawValue, 0].enumerated() {
                _ = copy.store(integer: value, at: start + 12 * (index + 1) + 4 * word, order: byteOrder)
            }
            try replaceExtern(entry.type, by: integer, in: &copy)
        }
    }

    private func replaceExtern(_ id: TypeID, by integer: TypeID, in copy: inout [UInt8]) throws(BTFError) {
        guard Int(id.rawValue) >= firstIndex else { return }
        let header = try header(of: id)
        let start = typesStart + header.rest - 12
        switch try type(id) {
        case .variable:
            _ = copy.store(integer: integer.rawValue, at: start + 8, order: byteOrder)
            try makeGlobal(id, in: &copy)
        case .function(_, let prototype, _):
            _ = copy.store(integer: TypeInfo(.function, count: Int(BTFType.Linkage.global.rawValue)).word, at: start + 4, order: byteOrder)
            try nameParameters(of: prototype, with: bytes.integer(UInt32.self, at: start, order: byteOrder) ?? 0, in: &copy)
        default: break
        }
    }

    /// The kernel wants a name for each argument of a function; any will do.
    private func nameParameters(of id: TypeID, with name: UInt32, in copy: inout [UInt8]) throws(BTFError) {
        guard Int(id.rawValue) >= firstIndex, case .prototype(_, let parameters) = try type(id) else { return }
        let rest = typesStart + (try header(of: id)).rest
        for (index, parameter) in parameters.enumerated() where parameter.name.isEmpty && parameter.type != .void {
            _ = copy.store(integer: name, at: rest + 8 * index, order: byteOrder)
        }
    }
}
