// SPDX-License-Identifier: Apache-2.0

import BPFAssembly
import BPFObject
import BTF
import Bytes
import EBPFCompiler
import TestImages

/// Compiles a kernel half in C that is given as text, and reads the object.
struct CompiledHalf {
    let bytes: [UInt8]
    let warnings: String
    let object: ObjectFile

    /// - Parameter text: the source, behind a line that includes all headers for kernel halves.
    init(_ text: String, named name: String = "half.bpf.c") throws {
        let scratch = try ScratchDirectory()
        let half = try Self.kernelHalf("#include <ebpf/kernel.h>\n" + text, named: name, in: scratch)
        (bytes, warnings) = try half.compile()
        object = try ObjectFile(ByteView(bytes))
    }

    /// A kernel half whose source stands in a directory.
    static func kernelHalf(
        _ text: String, named name: String = "half.bpf.c", in scratch: ScratchDirectory, includes: [String] = []
    ) throws -> CKernelHalf {
        let tools = try Toolchain.find()
        let source = try scratch.write(text, to: name)
        return CKernelHalf(
            source: source, includes: [Toolchain.headers] + includes, workDirectory: scratch.path, clang: tools.clang,
            objcopy: tools.objcopy)
    }

    /// The code of a program, as it would be loaded.
    func assemble(_ program: String) throws -> ProgramAssembly {
        try object.assemble(object.programs[try object.programIndex(program)])
    }

    /// The code of a program with a kernel's answers in it. The other programs ask nothing, since they are not loaded.
    func assemble(_ program: String, against kernel: BTF) throws -> ProgramAssembly {
        var only = object
        for index in only.programs.indices { only.programs[index].isLoaded = only.programs[index].name == program }
        let answered = try only.relocated(against: kernel)
        return try answered.assemble(answered.programs[try answered.programIndex(program)])
    }

    /// The types of a "kernel" whose structures are described in C.
    ///
    /// - Parameter text: declarations with a variable of each type, since a compiler leaves out what nothing uses.
    static func kernelTypes(_ text: String) throws -> BTF {
        guard let types = try CompiledHalf(text, named: "kernel.bpf.c").object.btf else { throw Unexpected("no types") }
        return types
    }
}

extension ProgramAssembly {
    /// The instruction that loads from memory; there must be exactly one.
    func onlyLoad() throws -> Instruction {
        let loads = instructions.filter { $0.instructionClass == .loadFromRegister }
        guard loads.count == 1 else { throw Unexpected("\(loads.count) loads") }
        return loads[0]
    }

    /// The constant that the program returns: its first instruction puts it into register 0.
    func returnedConstant() throws -> Int64 {
        if let reason = poisoned[0] { throw Unexpected(reason) }
        guard let first = instructions.first, first.destination == 0 else { throw Unexpected("no constant in register 0") }
        if first.isWideLoad {
            return Int64(instructions[1].immediate) << 32 | Int64(UInt32(bitPattern: first.immediate))
        }
        // `r0 = immediate` and `w0 = immediate`.
        guard first.opcode == 0xB7 || first.opcode == 0xB4 else { throw Unexpected("opcode \(first.opcode)") }
        return Int64(first.immediate)
    }
}
