// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import BTF
import Tooling

struct BTFDumpCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "dump", abstract: "Print types as C.",
        discussion: """
            Without FILE the types of the running kernel: a vmlinux.h. FILE is an object, any ELF file with a section .BTF, a file of
            raw BTF, or a kernel module's in /sys/kernel/btf.
            """)

    enum Format: String, ExpressibleByArgument, CaseIterable {
        case c
    }

    @Option(help: "What to print.")
    var format = Format.c

    @Option(help: "Only types of this name, and what they need. May be given several times.")
    var type: [String] = []

    @Argument(help: "Where the types are.")
    var file: String?

    func run() throws {
        let types = try TypesFile.read(file)
        var output = LineOutput()
        var printer = type.isEmpty ? try CPrinter(types) : try CPrinter(types, only: type)
        var piece: [UInt8] = []
        while try printer.append(to: &piece) {
            output.append(bytes: piece)
            piece.removeAll(keepingCapacity: true)
            if try output.flush() == .gone { return }
        }
    }
}
