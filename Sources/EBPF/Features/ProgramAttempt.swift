// SPDX-License-Identifier: Apache-2.0

import BPFAssembly
import BPFObject
import BTF
import CLinux
import Glibc

/// A small program with which something is tried out.
struct ProgramAttempt {
    var kind: ProgramKind
    var target = ProgramTarget.none
    var code: [Instruction]
    var name = ""
    /// Other flags than the kind's (`prog_flags`).
    var flags: UInt32 = 0
    /// The types of its functions: a descriptor, and for each function its slot and type.
    var types: (descriptor: SharedDescriptor, functions: [(slot: UInt32, type: TypeID)])?
    /// The address of the descriptors that instructions name by their places; 0 for none.
    var descriptors: UInt64 = 0
    /// A signature that no key has made, for kernels that check signatures.
    var isSigned = false

    /// What came of it.
    struct Outcome {
        /// The program, where it was loaded.
        let program: SharedDescriptor?
        /// The error number where it was not.
        let errno: Int32
        /// What the verifier said of it.
        let log: String

        /// The verifier's reason, without what is about registers and statistics.
        var verdict: String? {
            log.split(separator: "\n").last { line in !["processed ", "verification time", "stack depth"].contains { line.hasPrefix($0) } }
                .map(String.init)
        }
    }

    init(_ kind: ProgramKind, _ code: [Instruction], target: ProgramTarget = .none) {
        self.kind = kind
        self.code = code
        self.target = target
    }

    /// Loads it, and where that fails again to hear why.
    func load() -> Outcome {
        let number = load(log: nil)
        guard number < 0 else { return Outcome(program: SharedDescriptor(Descriptor(number)), errno: 0, log: "") }
        return Outcome(program: nil, errno: -number, log: log())
    }

    /// What the verifier says of it.
    func log() -> String {
        let log = KernelLog.read { buffer, _ in KernelLog.Answer(status: load(log: buffer)) }
        return log.bytes.withBytes { bytes in String(decoding: bytes.withUnsafeBytes { Array($0) }, as: UTF8.self) }
    }

    /// Answers a descriptor, or a negative errno.
    func load(log: UnsafeMutableRawBufferPointer?) -> Int32 {
        var attributes = bpf_program_load_attributes()
        attributes.prog_type = kind.type.rawValue
        attributes.expected_attach_type = target.member ?? kind.attachType?.rawValue ?? 0
        attributes.prog_flags = flags | (kind.isSleepable ? ProgramTraits.sleepable.loadFlags : 0)
        attributes.attach_btf_id = target.type.rawValue
        attributes.attach_btf_obj_fd = UInt32(bitPattern: target.descriptor?.number ?? 0)
        attributes.insn_cnt = UInt32(clamping: code.count)
        attributes.fd_array = descriptors
        kernelName(name, into: &attributes.prog_name)
        if let log {
            attributes.log_level = 1
            attributes.log_size = UInt32(clamping: log.count)
            attributes.log_buf = address(log.baseAddress)
        }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(code.count * Instruction.size)
        for instruction in code { instruction.encode(into: &bytes) }
        let license: StaticString = "GPL"
        attributes.license = address(license.utf8Start)
        return bytes.withUnsafeBytes { bytes in
            attributes.insns = address(bytes.baseAddress)
            if isSigned {
                // One byte is no signature, and the key ring is nobody's.
                attributes.signature = attributes.license
                attributes.signature_size = 1
                attributes.keyring_id = Int32.max
            }
            return load(&attributes)
        }
    }

    /// Adds the types of the functions.
    private func load(_ attributes: inout bpf_program_load_attributes) -> Int32 {
        let functions = types?.functions.flatMap { [$0.slot, $0.type.rawValue] } ?? []
        return functions.withUnsafeBytes { functions in
            if let types, !functions.isEmpty {
                attributes.prog_btf_fd = UInt32(bitPattern: types.descriptor.number)
                attributes.func_info_rec_size = 8
                attributes.func_info = address(functions.baseAddress)
                attributes.func_info_cnt = UInt32(clamping: functions.count / 8)
            }
            return bpfCountingMemory(.programLoad, &attributes)
        }
    }
}

extension ProgramAttempt {
    /// What the smallest program of a kind returns: most kinds may return 0, some only 1.
    static func result(of kind: ProgramKind) -> Int32 {
        switch kind.attachType {
        case .lsmCgroup?: 1
        // Of what was received, and of names, nothing can be refused.
        case let attachType? where ["recvmsg", "getpeername", "getsockname"].contains { attachType.description.hasSuffix($0) }: 1
        default: 0
        }
    }

    /// The smallest program of a kind.
    static func smallest(_ kind: ProgramKind, target: ProgramTarget = .none) -> ProgramAttempt {
        ProgramAttempt(kind, [Instruction(opcode: 0xB7, immediate: result(of: kind)), Instruction(opcode: 0x95)], target: target)
    }
}
