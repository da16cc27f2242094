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

let usage = "usage: ebpfc --clang PATH --objcopy PATH --work DIRECTORY --output FILE.swift [--include DIRECTORY]... SOURCE.bpf.c"

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
    let output = values["--output"]?.first, let source = sources.first, sources.count == 1
else { fail(usage) }

do {
    let half = CKernelHalf(
        source: source, includes: values["--include"] ?? [], workDirectory: work, clang: clang, objcopy: objcopy)
    let (object, warnings) = try half.compile()
    say(warnings)
    try GeneratedSource(name: half.name, object: object).write(to: output)
} catch {
    fail(error.description)
}
