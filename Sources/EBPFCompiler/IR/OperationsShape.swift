// SPDX-License-Identifier: Apache-2.0

import BPFObject

/// A set of functions that the kernel calls, as the object has it: a variable of the kernel's structure, whose members are values, and addresses of programs.
struct OperationsShape {
    /// What stands in front of the values: whether the set is attached by a link.
    static let flagByteCount = 8

    private let structure: String
    private let values: [KernelHalfTypes.Member]
    private let bytes: [UInt8]
    private let isLinked: Bool
    /// The programs, each with the member that it becomes.
    private let functions: [(member: String, program: String)]

    init(_ set: KernelHalfPlan.OperationsGlobal, _ initial: [UInt8], _ plan: KernelHalfPlan) {
        if case .structure(let name, _, let members) = plan.types[set.members] {
            (structure, values) = (name, members)
        } else {
            (structure, values) = ("", [])
        }
        isLinked = initial.first == 1
        var bytes = Array(initial.dropFirst(Self.flagByteCount))
        while bytes.count % 8 != 0 { bytes.append(0) }
        self.bytes = bytes
        functions = plan.programs.compactMap { program in
            guard let place = Self.place(of: program), place.set == set.name else { return nil }
            return (place.member, program.name)
        }
    }

    /// `struct tcp_congestion_ops { char name[16]; void *ssthresh; }`: who loads it finds the members of the kernel's structure by their names.
    func type(_ types: inout KernelHalfTypes) -> KernelHalfTypes.ID {
        let pointer = types.add(.pointer(to: nil))
        let members = functions.enumerated().map {
            KernelHalfTypes.Member(name: $0.element.member, offset: bytes.count + $0.offset * 8, type: pointer)
        }
        return types.add(.structure(name: structure, byteCount: bytes.count + functions.count * 8, members: values + members))
    }

    var definition: String {
        let types = ["[\(bytes.count) x i8]"] + functions.map { _ in "ptr" }
        let values = ["[\(bytes.count) x i8] \(IRText.literal(bytes))"] + functions.map { "ptr @\(IRName.spelled($0.program))" }
        return "dso_local global <{ \(types.joined(separator: ", ")) }> <{ \(values.joined(separator: ", ")) }>, section \"\(section)\", align 8"
    }

    private var section: String { isLinked ? ".struct_ops.link" : ".struct_ops" }

    // MARK: Programs

    /// `steady.ssthresh`: the set and the member.
    static func place(_ text: String) -> (set: String, member: String)? {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 2, !parts[0].isEmpty, !parts[1].isEmpty else { return nil }
        return (String(parts[0]), String(parts[1]))
    }

    private static func place(of program: KernelHalfPlan.Program) -> (set: String, member: String)? {
        guard SectionName.definition(of: program.section)?.type == .structOps else { return nil }
        return program.section.split(separator: "/", maxSplits: 1).last.flatMap { place(String($0)) }
    }

    /// A program that cannot be the member which its section names.
    static func stray(_ plan: KernelHalfPlan) -> (program: KernelHalfPlan.Program, complaint: String)? {
        var taken: [String: String] = [:]
        for program in plan.programs where SectionName.definition(of: program.section)?.type == .structOps {
            guard let place = place(of: program) else {
                return (program, "the section '\(program.section)' does not say of which set '\(program.name)' is a member: struct_ops/SET.MEMBER")
            }
            guard let set = plan.operations.first(where: { $0.name == place.set }) else {
                return (program, "there is no set of functions '\(place.set)'; declare it: let \(place.set) = StructOperations(...)")
            }
            if case .structure(_, _, let members) = plan.types[set.members], members.contains(where: { $0.name == place.member }) {
                return (program, "'\(place.member)' of '\(place.set)' is a value; a member is either that or a program")
            }
            if let other = taken.updateValue(program.name, forKey: "\(place.set).\(place.member)") {
                return (program, "'\(place.member)' of '\(place.set)' is '\(other)' already; a set has each member once")
            }
        }
        return nil
    }
}
