// SPDX-License-Identifier: Apache-2.0

import BPFObject
import Bytes

/// A kernel half in Swift: sources that become one object.
///
/// Swift compiles them as for a machine without operating system, the passes of this module make that fit for the kernel, and clang's back end
/// for eBPF writes the object. Only the Swift toolchain is needed.
public struct SwiftKernelHalf: Sendable {
    /// The paths of the tools of the toolchain.
    public struct Tools: Sendable {
        /// The compiler of Swift.
        public var swiftc: String
        /// The compiler of C, whose back end writes eBPF.
        public var clang: String
        /// What leaves out debug information.
        public var objcopy: String

        /// The tools at these paths.
        public init(swiftc: String, clang: String, objcopy: String) {
            self.swiftc = swiftc
            self.clang = clang
            self.objcopy = objcopy
        }
    }

    /// What the object is called.
    public var name: String
    /// The paths of the sources. These and all other paths are absolute.
    public var sources: [String]
    /// The paths of the sources of the library `EBPFKernel`.
    public var library: [String]
    /// Directories in which the modules of C headers are looked for, that of `CEBPFHelpers` among them.
    public var includes: [String]
    /// A directory for what is written on the way; it must exist.
    public var workDirectory: String
    /// A directory in which the compiled library is kept, for all kernel halves that name the same one; it must exist.
    public var libraryDirectory: String
    /// The path of a kernel's types, with which is compared what the programs read of its structures: `/sys/kernel/btf/vmlinux` where there is one.
    public var kernelTypes: String?
    /// What it is compiled with.
    public var tools: Tools

    /// A kernel half and what it is compiled with. Nothing is read before ``compile()``.
    public init(
        name: String, sources: [String], library: [String], includes: [String], workDirectory: String, libraryDirectory: String? = nil,
        kernelTypes: String? = nil, tools: Tools
    ) {
        self.name = name
        self.sources = sources
        self.library = library
        self.includes = includes
        self.workDirectory = workDirectory
        self.libraryDirectory = libraryDirectory ?? workDirectory
        self.kernelTypes = kernelTypes
        self.tools = tools
    }

    /// Compiles the sources to a standard object with types and source lines, and without DWARF.
    ///
    /// - Returns: the object's bytes, and what the compilers had to say although they succeeded.
    /// - Throws: ``CompilerError``; for a refused source the reason names file and line as compilers do.
    public func compile() throws(CompilerError) -> (object: [UInt8], warnings: String) {
        let directory = "\(workDirectory)/\(name)"
        try FileAccess.makeDirectory(directory)
        let texts = try readSources()
        let license = try SourceLicense.find(in: texts)
        let library = CompiledLibrary(in: libraryDirectory, sources: library, includes: includes, tool: tools.swiftc, flags: Self.flags)
        var warnings = try compileLibrary(library, directory)
        warnings += try compileSources(directory, library, texts)
        let swift = try IRModule(String(decoding: FileAccess.read("\(directory)/swift.ll"), as: UTF8.self))
        let (complete, plan) = try passed(swift, texts, license, directory, library)
        warnings += plan.warnings.map { $0 + "\n" }.joined()
        try FileAccess.write(complete.text, to: "\(directory)/complete.ll")
        let object = "\(directory)/\(name).bpf.o"
        warnings += try runClang(["-c", "\(directory)/complete.ll", "-o", object], plan, complete)
        try run(tools.objcopy, ["--strip-debug", object])
        let bytes = try ObjectCompletion.run(try FileAccess.read(object), plan: plan)
        // The file is for tools that read objects.
        try FileAccess.write(bytes, to: object)
        let finished = try readObject(bytes)
        try ObjectRules.check(finished, plan: plan)
        if let kernelTypes { try ArgumentRules.compare(plan, withTypesAt: kernelTypes) }
        if let kernelTypes { warnings += try ObjectRules.compare(finished, withTypesAt: kernelTypes, plan: plan) }
        if let kernelTypes { warnings += ArgumentRules.remarks(on: plan, withTypesAt: kernelTypes) }
        return (bytes, warnings)
    }

    /// What cannot be read here could not be loaded either; better now than at run time.
    private func readObject(_ bytes: [UInt8]) throws(CompilerError) -> ObjectFile {
        do {
            return try ObjectFile(ByteView(bytes))
        } catch { throw CompilerError(.object, "\(sources.first ?? name): error: the object cannot be loaded: \(error)") }
    }

    private func readSources() throws(CompilerError) -> [KernelHalfSource] {
        var texts: [KernelHalfSource] = []
        for path in sources { texts.append(KernelHalfSource(path: path, text: String(decoding: try FileAccess.read(path), as: UTF8.self))) }
        return texts
    }

    // MARK: Swift

    /// What the library must know of the machine, since it is compiled for none.
    #if arch(arm64)
        private static let machine = ["-D", "EBPF_MACHINE_ARM64"]
    #else
        private static let machine: [String] = []
    #endif

    /// What the library and all kernel halves are compiled with.
    private static let flags =
        machine + [
            "-target", "riscv64-none-none-eabi", "-enable-experimental-feature", "Embedded", "-enable-experimental-feature", "RawLayout",
            "-enable-experimental-feature", "Lifetimes", "-wmo", "-parse-as-library", "-O", "-g", "-enable-testing", "-swift-version", "5",
            "-enforce-exclusivity=unchecked", "-Xfrontend",
            "-no-clang-module-breadcrumbs",
            "-diagnostic-style", "llvm", "-Xcc", "-DEBPF_TARGET",
        ]

    private func swiftFlags(_ library: CompiledLibrary) -> [String] {
        Self.flags + ["-module-cache-path", library.modules, "-I", library.path] + includes.flatMap { ["-I", $0] }
    }

    private func compileLibrary(_ compiled: CompiledLibrary, _ directory: String) throws(CompilerError) -> String {
        guard !compiled.isThere else { return "" }
        let own = "\(directory)/library"
        try FileAccess.makeDirectory(own)
        let output = try run(
            tools.swiftc,
            swiftFlags(compiled) + ["-emit-module", "-module-name", "EBPFKernel", "-o", "\(own)/EBPFKernel.swiftmodule", "-suppress-warnings"]
                + library)
        try compiled.take(from: own)
        return output
    }

    private func compileSources(_ directory: String, _ library: CompiledLibrary, _ texts: [KernelHalfSource]) throws(CompilerError) -> String {
        let arguments = swiftFlags(library) + ["-emit-irgen", "-module-name", name, "-o", "\(directory)/swift.ll"] + sources
        let result: (succeeded: Bool, output: String)
        do throws(CompilerError) {
            result = try ChildProcess.run(tools.swiftc, arguments)
        } catch {
            // Without Swift's runtime for concurrency, the compiler does not get to the point where it would say so.
            guard error.isCrash, let place = SourceWords.concurrency(in: texts) else { throw error }
            throw CompilerError(.source, place.message("'\(place.word)' needs Swift's runtime for concurrency, which the kernel does not have"))
        }
        let output = SwiftMessage.readable(result.output, sources: sources)
        guard result.succeeded else { throw CompilerError(.source, output) }
        return output
    }

    /// What Swift says of memory from a heap: in the words of the source, but of all code, also of what is never reached. So it is asked only where such code
    /// was found to be reached.
    private func refusalOfHeap(_ directory: String, _ library: CompiledLibrary) throws(CompilerError) -> CompilerError? {
        let arguments = swiftFlags(library) + ["-Xfrontend", "-no-allocations", "-emit-irgen", "-module-name", name, "-o", "\(directory)/heap.ll"]
        let result = try ChildProcess.run(tools.swiftc, arguments + sources)
        guard !result.succeeded, SwiftMessage.placesHeap(result.output) else { return nil }
        return CompilerError(.source, SwiftMessage.readable(result.output, sources: sources))
    }

    // MARK: LLVM

    /// All passes, up to the module that becomes the object.
    private func passed(
        _ swift: IRModule, _ texts: [KernelHalfSource], _ license: String, _ directory: String, _ library: CompiledLibrary
    ) throws(CompilerError) -> (module: IRModule, plan: KernelHalfPlan) {
        do throws(CompilerError) {
            var (module, plan) = try optimized(swift, texts, directory)
            module = try Completion.run(module, plan: plan, license: license)
            plan.forgetRecords(ofAnySizeIn: module)
            return (module, plan)
        } catch {
            guard error.needsRuntime, let refusal = try refusalOfHeap(directory, library) else { throw error }
            throw refusal
        }
    }

    /// Runs the optimizer, a second time where a function that should have become a subprogram may trap.
    private func optimized(
        _ swift: IRModule, _ texts: [KernelHalfSource], _ directory: String
    ) throws(CompilerError) -> (module: IRModule, plan: KernelHalfPlan) {
        var inlined: Set<String> = []
        while true {
            let (prepared, plan) = try Preparation.run(swift, sources: texts, alwaysInlined: inlined)
            try FileAccess.write(prepared.text, to: "\(directory)/prepared.ll")
            try runClang(["-S", "-emit-llvm", "\(directory)/prepared.ll", "-o", "\(directory)/optimized.ll"], plan, prepared)
            let module = try IRModule(String(decoding: FileAccess.read("\(directory)/optimized.ll"), as: UTF8.self))
            let trapping = Completion.trappingSubprograms(module, plan: plan).subtracting(inlined)
            guard !trapping.isEmpty else { return (module, plan) }
            inlined.formUnion(trapping)
        }
    }

    @discardableResult
    private func runClang(_ arguments: [String], _ plan: KernelHalfPlan, _ module: IRModule) throws(CompilerError) -> String {
        // How much of the stack all functions of a path take is said when the object is there, and with the path.
        // What a loop leaves behind is not to be computed without it: the formulas multiply numbers of 128 bits, for which eBPF has no instruction.
        // What rarely runs stays where it is: a function of its own could not end the program, and has no types.
        let flags = [
            "-target", "bpfel", "-mcpu=v3", "-O2", "-g", "-Wno-override-module", "-mllvm", "-bpf-stack-size=65536", "-mllvm", "-replexitval=never",
            "-Xclang", "-fno-split-cold-code",
        ]
        let result = try ChildProcess.run(tools.clang, flags + arguments)
        guard result.succeeded else { throw CompilerError(.source, BackEndMessage.readable(result.output, plan)) }
        return result.output
    }

    @discardableResult
    private func run(_ tool: String, _ arguments: [String]) throws(CompilerError) -> String {
        let result = try ChildProcess.run(tool, arguments)
        guard result.succeeded else { throw CompilerError(.source, result.output) }
        return result.output
    }
}
