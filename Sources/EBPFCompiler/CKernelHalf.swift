// SPDX-License-Identifier: Apache-2.0

import BPFAssembly
import BPFObject
import Bytes

/// A kernel half in C: one source file that becomes one object.
public struct CKernelHalf: Sendable {
    /// The path of the source. This and all other paths are absolute.
    public var source: String
    /// Directories in which its includes are looked for.
    public var includes: [String]
    /// A directory for what is written on the way; it must exist.
    public var workDirectory: String
    /// The path of the toolchain's clang.
    public var clang: String
    /// The path of the toolchain's llvm-objcopy.
    public var objcopy: String

    /// A kernel half and what it is compiled with. Nothing is read before ``compile()``.
    public init(source: String, includes: [String], workDirectory: String, clang: String, objcopy: String) {
        self.source = source
        self.includes = includes
        self.workDirectory = workDirectory
        self.clang = clang
        self.objcopy = objcopy
    }

    /// The name of the source without directory and endings: `OpenSnoop` for `Sources/OpenSnoop.bpf.c`.
    public var name: String {
        let file = source.split(separator: "/").last ?? ""
        return String(file.prefix { $0 != "." })
    }

    /// Compiles the source to a standard object with types and source lines, and without DWARF.
    ///
    /// - Returns: the object's bytes, and what the compiler had to say although it succeeded.
    /// - Throws: ``CompilerError``; for a refused source the reason holds the compiler's words.
    public func compile() throws(CompilerError) -> (object: [UInt8], warnings: String) {
        // A directory of its own: SwiftPM compiles the kernel halves of a target at the same time.
        let directory = "\(workDirectory)/\(name)"
        let headers = directory + "/include"
        try FileAccess.makeDirectory(directory)
        try FileAccess.makeDirectory(headers)
        try FileAccess.makeDirectory(headers + "/ebpf")
        try FileAccess.write(Helper.cDeclarations, to: headers + "/ebpf/helpers.h")
        let object = "\(directory)/\(name).bpf.o"
        let warnings = try runClang(headers: headers, object: object)
        let stripped = try ChildProcess.run(objcopy, ["--strip-debug", object])
        guard stripped.succeeded else { throw CompilerError(.tool, "\(objcopy) could not strip \(object):\n\(stripped.output)") }
        let bytes = try FileAccess.read(object)
        do {
            // What cannot be read here could not be loaded either; better now than at run time.
            let object = try ObjectFile(ByteView(bytes))
            // What it does not define is found when programs are put together.
            for program in object.programs { _ = try object.assemble(program) }
        } catch { throw CompilerError(.object, "\(source): error: the object cannot be loaded: \(error)") }
        return (bytes, warnings)
    }

    private func runClang(headers: String, object: String) throws(CompilerError) -> String {
        // v3 has 32-bit arithmetic and jumps, which every kernel has from 5.1 on. Clang runs where the source is, and the
        // object says that this is '.', so that it does not depend on where it was built. The text of the lines, which verifier
        // messages show, comes from the embedded source: clang would else look for it where the object says that it is.
        let directory = source.split(separator: "/", omittingEmptySubsequences: false).dropLast().joined(separator: "/")
        let file = source.split(separator: "/").last.map(String.init) ?? source
        let arguments =
            [
                "-target", "bpf", "-mcpu=v3", "-O2", "-gdwarf-5", "-gembed-source", "-ffreestanding", "-Wall", "-Wextra", "-Wno-unused-parameter",
                "-fdiagnostics-absolute-paths",
            ]
            + ["-fdebug-compilation-dir=.", "-c", file, "-o", object]
            + ([headers] + includes).flatMap { ["-I", $0, "-ffile-prefix-map=\($0.hasSuffix("/") ? $0 : $0 + "/")="] }
        let result = try ChildProcess.run(clang, arguments, in: directory.isEmpty ? nil : directory)
        guard result.succeeded else { throw CompilerError(.source, result.output) }
        return result.output
    }
}
