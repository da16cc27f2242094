// SPDX-License-Identifier: Apache-2.0

import EBPFCompiler
import Glibc

// What the build plugin runs: a kernel half in, a Swift source out that embeds the object. Built twice by SwiftPM (for the
// machine that builds), so it stays small and reads its few arguments itself.

func say(_ message: String) {
    let text = Array(message.utf8)
    _ = write(STDERR_FILENO, text, text.count)
}

func fail(_ message: String) -> Never {
    say(message.hasSuffix("\n") ? message : message + "\n")
    exit(1)
}

let usage = """
    usage: ebpfc --clang PATH --objcopy PATH --work DIRECTORY --output FILE.swift [--object FILE.o] [--include DIRECTORY]... SOURCE.bpf.c
           ebpfc --swiftc PATH --clang PATH --objcopy PATH --work DIRECTORY --output FILE.swift [--object FILE.o] [--include DIRECTORY]...
                 [--btf FILE] --name NAME --library SOURCE.swift... SOURCE.swift...
    """

var values: [String: [String]] = [:]
var sources: [String] = []
var words = CommandLine.arguments.dropFirst()
while let word = words.popFirst() {
    if word.hasPrefix("--") {
        guard let value = words.popFirst() else { fail(usage) }
        values[word, default: []].append(value)
    } else {
        sources.append(word)
    }
}
guard let clang = values["--clang"]?.first, let objcopy = values["--objcopy"]?.first, let work = values["--work"]?.first,
    let output = values["--output"]?.first, let source = sources.first
else { fail(usage) }
let includes = values["--include"] ?? []
// Compilers write absolute paths into what they write about the sources.
guard (sources + (values["--library"] ?? []) + [work]).allSatisfy({ $0.hasPrefix("/") }) else { fail("ebpfc: paths are absolute\n\(usage)") }

/// The object, its name, and what the compilers had to say.
@MainActor func compile() throws(CompilerError) -> (name: String, object: [UInt8], warnings: String) {
    if let swiftc = values["--swiftc"]?.first, let name = values["--name"]?.first {
        try GeneratedSource.check(name: name)
        let half = SwiftKernelHalf(
            name: name, sources: sources, library: values["--library"] ?? [], includes: includes, workDirectory: work,
            kernelTypes: values["--btf"]?.first, tools: .init(swiftc: swiftc, clang: clang, objcopy: objcopy))
        let (object, warnings) = try half.compile()
        return (name, object, warnings)
    }
    guard sources.count == 1 else { fail(usage) }
    let half = CKernelHalf(source: source, includes: includes, workDirectory: work, clang: clang, objcopy: objcopy)
    try GeneratedSource.check(name: half.name)
    let (object, warnings) = try half.compile()
    return (half.name, object, warnings)
}

do {
    let (name, object, warnings) = try compile()
    say(warnings)
    if let path = values["--object"]?.first { try GeneratedSource.write(object, to: path) }
    try GeneratedSource(name: name, object: object).write(to: output)
} catch {
    fail(error.description)
}
