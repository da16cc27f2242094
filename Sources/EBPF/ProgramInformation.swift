// SPDX-License-Identifier: Apache-2.0

import BPFAssembly
public import BTF
import CLinux
import Glibc

/// What the kernel says of a loaded program (`struct bpf_prog_info`).
public struct ProgramInformation: Sendable, Hashable {
    /// The number by which the kernel knows the program while it is loaded.
    public let id: UInt32
    /// How many instructions the kernel made of the program's, before it translated them to those of the machine.
    public let instructionCount: Int
    /// How many instructions the verifier looked at, along all ways that the program may go; 0 before Linux 5.16.
    public let verifiedInstructionCount: Int
    /// How many maps the program holds: those that its code refers to, and those that were tied to it (`BPF_PROG_BIND_MAP`), as the object's constants are.
    public let mapCount: Int
    /// The number by which the kernel knows the types of the program's object; 0 where it has none.
    let typesID: UInt32
}

extension Program {
    /// What the kernel says of the program. Linux 4.13.
    ///
    /// - Throws: ``EBPFError`` where the kernel refuses.
    public func information() throws(EBPFError) -> ProgramInformation {
        var information = bpf_program_information()
        let status = objectInformation(of: descriptor.number, &information)
        guard status >= 0 else { throw EBPFError(system: -status, "ask about program '\(name)'", needs: [.bpf]) }
        return ProgramInformation(
            id: information.id, instructionCount: Int(information.xlated_prog_len) / Instruction.size,
            verifiedInstructionCount: Int(information.verified_insns), mapCount: Int(information.nr_map_ids), typesID: information.btf_id)
    }

    /// The types of the program's object, as the kernel has them; `nil` where the object has none. Linux 5.0.
    ///
    /// - Throws: ``EBPFError`` where the kernel refuses; before Linux 5.19 it needs CAP_SYS_ADMIN.
    public func types() throws(EBPFError) -> BTF? {
        let operation = "read the types of program '\(name)'"
        let id = try information().typesID
        guard id != 0 else { return nil }
        return try KernelObjectTypes.read(id, operation)
    }
}

/// Asks what the kernel says of a program, a map, a link or types. Answers a negative errno where it refuses; a kernel that knows less leaves the rest zero.
func objectInformation<Information: BitwiseCopyable>(of number: Int32, _ information: inout Information) -> Int32 {
    withUnsafeMutableBytes(of: &information) { bytes in
        var attributes = bpf_object_info_attributes()
        attributes.bpf_fd = UInt32(bitPattern: number)
        attributes.info_len = UInt32(bytes.count)
        attributes.info = address(bytes.baseAddress)
        return bpf(.objectInformation, &attributes)
    }
}
