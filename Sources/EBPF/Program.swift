// SPDX-License-Identifier: Apache-2.0

public import BPFObject
import BPFAssembly
import BTF
import CLinux
import Glibc

/// A program that the kernel has verified. Several values may mean one program; it is closed when the last of them goes.
public struct Program: Sendable {
    /// The name of its function, of which the kernel keeps the first 15 bytes.
    public let name: String
    /// Where its section's name says that it attaches.
    public let hook: Hook
    let descriptor: SharedDescriptor

    /// Loads a program whose references to maps are connected already.
    ///
    /// The first try asks for no log, which costs the verifier time; a refused program is loaded again to hear why.
    static func load(
        _ assembly: ProgramAssembly, name: String, hook: Hook, license: String, btf: Int32?
    ) throws(EBPFError) -> Program {
        let operation = "load program '\(name)' (\(hook.programType))"
        let image = ProgramImage(assembly, license: license, hasTypes: btf != nil)
        let number = image.load(name: name, type: hook.programType, btf: btf, log: nil)
        guard number < 0 else {
            return Program(name: name, hook: hook, descriptor: SharedDescriptor(Descriptor(number)))
        }
        let status = -number
        let text = image.explain(name: name, type: hook.programType, btf: btf)
        guard !text.isEmpty else {
            throw EBPFError(system: status, operation, remedy: remedy(status, hook), needs: [.bpf, .perfmon])
        }
        let log = VerifierLog(text: text, assembly: assembly)
        throw EBPFError(
            .rejected, operation,
            cause: log.missing ?? log.reason.map { "the verifier refused it: \($0)" }
                ?? "the verifier gave no reason: \(String(cString: strerror(status)))", errno: status, verifierLog: log)
    }

    private static func remedy(_ errno: Int32, _ hook: Hook) -> String? {
        guard errno == EINVAL, let since = hook.programType.since else { return nil }
        return "programs of type \(hook.programType) need Linux \(since) and a kernel that is built with them"
    }

    /// Attaches the program where its section's name says. Dropping the link detaches it.
    ///
    /// - Throws: ``EBPFError`` that names program and hook.
    public func attach() throws(EBPFError) -> Link {
        switch hook {
        case .tracepoint(let category, let name): try attach(toTracepoint: name, category: category)
        }
    }
}

/// A program in the form in which the kernel takes it.
private struct ProgramImage {
    private let code: [UInt8]
    private let license: [UInt8]
    /// `struct bpf_func_info` and `struct bpf_line_info`, whose offsets count instructions here.
    private let functions: [UInt32]
    private let lines: [UInt32]

    init(_ assembly: ProgramAssembly, license: String, hasTypes: Bool) {
        var code: [UInt8] = []
        code.reserveCapacity(assembly.instructions.count * Instruction.size)
        for instruction in assembly.instructions { instruction.encode(into: &code) }
        self.code = code
        self.license = Array(license.utf8) + [0]
        functions = hasTypes ? assembly.functions.flatMap { [UInt32(clamping: $0.slot), $0.type.rawValue] } : []
        lines =
            hasTypes
            ? assembly.lines.flatMap { [UInt32(clamping: $0.slot), $0.record.fileName, $0.record.text, $0.record.lineAndColumn] } : []
    }

    /// Answers a descriptor, or a negative errno.
    func load(name: String, type: ProgramType, btf: Int32?, log: UnsafeMutableRawBufferPointer?) -> Int32 {
        var attributes = bpf_program_load_attributes()
        attributes.prog_type = type.rawValue
        attributes.insn_cnt = UInt32(clamping: code.count / Instruction.size)
        kernelName(name, into: &attributes.prog_name)
        if let log {
            attributes.log_level = 1
            attributes.log_size = UInt32(clamping: log.count)
            attributes.log_buf = address(log.baseAddress)
        }
        // The arrays live as long as the closures, and the kernel has copied them when the call returns.
        return code.withUnsafeBytes { code in
            license.withUnsafeBytes { license in
                functions.withUnsafeBytes { functions in
                    lines.withUnsafeBytes { lines in
                        attributes.insns = address(code.baseAddress)
                        attributes.license = address(license.baseAddress)
                        if let btf, !functions.isEmpty {
                            attributes.prog_btf_fd = UInt32(bitPattern: btf)
                            attributes.func_info_rec_size = 8
                            attributes.func_info = address(functions.baseAddress)
                            attributes.func_info_cnt = UInt32(clamping: functions.count / 8)
                            attributes.line_info_rec_size = 16
                            attributes.line_info = address(lines.baseAddress)
                            attributes.line_info_cnt = UInt32(clamping: lines.count / 16)
                        }
                        return bpfCountingMemory(.programLoad, &attributes)
                    }
                }
            }
        }
    }

    /// The verifier's log of another try.
    func explain(name: String, type: ProgramType, btf: Int32?) -> String {
        KernelLog.text { load(name: name, type: type, btf: btf, log: $0) }
    }
}
