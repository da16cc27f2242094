// SPDX-License-Identifier: Apache-2.0

import BPFAssembly
import BPFObject
import BTF
import CLinux

/// A program in the form in which the kernel takes it.
struct ProgramImage {
    private let definition: ProgramDefinition
    private let btf: Int32?
    private let target: ProgramTarget
    /// The slots, each as the eight bytes that the kernel reads.
    private let code: [UInt64]
    private let license: [UInt8]
    /// The descriptors that instructions name by their places: those of modules whose functions are called.
    private let descriptors: [Int32]
    /// `struct bpf_func_info` and `struct bpf_line_info`, whose offsets count instructions here.
    private let functions: [UInt32]
    private let lines: [UInt32]

    init(
        _ assembly: ProgramAssembly, _ definition: ProgramDefinition, target: ProgramTarget, license: String, btf: Int32?, descriptors: [Int32]
    ) {
        self.definition = definition
        self.target = target
        self.btf = btf
        self.descriptors = descriptors
        code = assembly.instructions.map { $0.word() }
        self.license = Array(license.utf8) + [0]
        // Functions without a type, as of old compilers, would leave gaps that the kernel refuses.
        let hasTypes = btf != nil && assembly.functions.count == assembly.functionCount
        functions = hasTypes ? assembly.functions.flatMap { [UInt32(clamping: $0.slot), $0.type.rawValue] } : []
        lines =
            hasTypes
            ? assembly.lines.flatMap { [UInt32(clamping: $0.slot), $0.record.fileName, $0.record.text, $0.record.lineAndColumn] } : []
    }

    /// Answers a descriptor, or a negative errno.
    func load(log: UnsafeMutableRawBufferPointer?, level: KernelLog.Level = .instructions) -> KernelLog.Answer {
        var attributes = bpf_program_load_attributes()
        attributes.prog_type = definition.type.rawValue
        attributes.prog_flags = definition.traits.loadFlags
        attributes.expected_attach_type = target.member ?? definition.attachType?.rawValue ?? 0
        attributes.attach_btf_id = target.type.rawValue
        attributes.attach_btf_obj_fd = UInt32(bitPattern: target.descriptor?.number ?? 0)
        attributes.insn_cnt = UInt32(clamping: code.count)
        kernelName(definition.name, into: &attributes.prog_name)
        if let log {
            attributes.log_level = level.rawValue
            attributes.log_size = UInt32(clamping: log.count)
            attributes.log_buf = address(log.baseAddress)
        }
        // The arrays live as long as the closures, and the kernel has copied them when the call returns.
        return code.withUnsafeBytes { code in
            license.withUnsafeBytes { license in
                descriptors.withUnsafeBytes { descriptors in
                    attributes.insns = address(code.baseAddress)
                    attributes.license = address(license.baseAddress)
                    attributes.fd_array = descriptors.isEmpty ? 0 : address(descriptors.baseAddress)
                    return load(&attributes)
                }
            }
        }
    }

    /// Adds what the object's types say of the code.
    private func load(_ attributes: inout bpf_program_load_attributes) -> KernelLog.Answer {
        functions.withUnsafeBytes { functions in
            lines.withUnsafeBytes { lines in
                if let btf, !functions.isEmpty {
                    attributes.prog_btf_fd = UInt32(bitPattern: btf)
                    attributes.func_info_rec_size = 8
                    attributes.func_info = address(functions.baseAddress)
                    attributes.func_info_cnt = UInt32(clamping: functions.count / 8)
                    attributes.line_info_rec_size = 16
                    attributes.line_info = address(lines.baseAddress)
                    attributes.line_info_cnt = UInt32(clamping: lines.count / 16)
                }
                let status = bpfCountingMemory(.programLoad, &attributes)
                return KernelLog.Answer(status: status, trueSize: Int(attributes.log_true_size))
            }
        }
    }
}
