// SPDX-License-Identifier: Apache-2.0

import BPFObject
import BTF

/// Compares what programs take the records of tracepoints for with the kernel's: a field that lies elsewhere is no mistake that a verifier finds.
///
/// The kernel's types describe the record of `TRACE_EVENT(NAME)` as `trace_event_raw_NAME` (`include/trace/stages/stage1_struct_define.h`). Where several
/// tracepoints have one class, they do not say which class is whose, and nothing is compared.
extension ArgumentRules {
    /// What is wrong with the type of a program's record; `nil` also where the kernel's types do not tell.
    func complaint(aboutRecord type: KernelHalfTypes.ID, of program: KernelHalfPlan.Program) throws -> String? {
        guard case .structure(let own, _, let members) = types[type], let place = place(of: program.section),
            let record = try record(ofTracepoint: place)
        else { return nil }
        let name = essentialName(own)
        guard !found.contains(type) else {
            // Fields are looked for under the structure's name: that of another tracepoint has them elsewhere.
            guard name != record.name, name.hasPrefix(Self.prefix), !kernel.types(named: name, kinds: [.structure]).isEmpty else { return nil }
            return "'\(program.name)' takes the record for '\(name)', and that of \(place) is '\(record.name)'"
        }
        // One of the kernel's structures of which nothing is read may be a KernelType.
        guard kernel.types(named: name, kinds: [.structure]).isEmpty, !name.hasPrefix(Self.prefix) else { return nil }
        let fields = try fields(of: record)
        for member in members {
            guard let field = fields.first(where: { $0.name == member.name }), !fits(member, field) else { continue }
            return "'\(program.name)' takes '\(member.name)' for \(types.byteCount(member.type)) bytes at \(member.offset) of the record, "
                + "and \(place) has \(field.byteCount) at \(field.offset); a KernelType is found where it lies"
        }
        return nil
    }

    private static let prefix = "trace_event_raw_"

    /// `sched/sched_switch` of the section of programs of tracepoints.
    private func place(of section: String) -> String? {
        guard SectionName.definition(of: section)?.type == .tracepoint, let slash = section.utf8.firstIndex(of: UInt8(ascii: "/")) else { return nil }
        return String(section[section.index(after: slash)...])
    }

    private func record(ofTracepoint place: String) throws -> CompositeType? {
        guard let last = place.split(separator: "/").last else { return nil }
        var name = String(last)
        if place.hasPrefix("syscalls/") {
            // One record serves all calls.
            name = name.hasPrefix("sys_enter_") ? "sys_enter" : name.hasPrefix("sys_exit_") ? "sys_exit" : name
        }
        // Of several, nobody says which one it is.
        let found = kernel.types(named: Self.prefix + name, kinds: [.structure])
        guard found.count == 1, let id = found.first, case .composite(let composite) = try kernel.type(id) else { return nil }
        return composite
    }

    /// A field of a record, in bytes.
    private struct Field {
        var name: String
        var offset: Int
        var byteCount: Int
        var isArray: Bool
    }

    /// The fields by the names that the kernel's types have for them, and by those of the files `format`: `common_pid`, `filename` for `__data_loc_filename`.
    private func fields(of record: CompositeType, isEntry: Bool = false) throws -> [Field] {
        try record.members.flatMap { member -> [Field] in
            // The number of a system call has 4 bytes, whatever its structure says (`kernel/trace/trace_syscalls.c`: `struct syscall_tp_t`).
            guard member.bitCount == 0, member.name != "id" else { return [] }
            let offset = Int(member.bitOffset) / 8
            if !isEntry, member.name == "ent", case .composite(let entry) = try kernel.resolve(member.type).type {
                return try fields(of: entry, isEntry: true).map {
                    Field(name: "common_" + $0.name, offset: offset + $0.offset, byteCount: $0.byteCount, isArray: false)
                }
            }
            var isArray = false
            if case .array = try kernel.resolve(member.type).type { isArray = true }
            let field = Field(name: member.name, offset: offset, byteCount: Int(try kernel.byteCount(of: member.type)), isArray: isArray)
            let locator = "__data_loc_"
            guard member.name.hasPrefix(locator) else { return [field] }
            return [field, Field(name: String(member.name.dropFirst(locator.count)), offset: offset, byteCount: 4, isArray: false)]
        }
    }

    /// Whether a field is where it was declared, and no larger: its beginning may do, which of a number is its lower half.
    private func fits(_ member: KernelHalfTypes.Member, _ field: Field) -> Bool {
        guard member.offset == field.offset else { return false }
        return types.byteCount(member.type) <= field.byteCount || field.isArray && field.byteCount == 0
    }
}
