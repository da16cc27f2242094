// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import BTF
import Tooling

struct BTFDumpCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "dump", abstract: "Print types as C, as Swift declarations, or as JSON.",
        discussion: """
            Without FILE the types of the running kernel: as C, a vmlinux.h. FILE is an object, any ELF file with a section .BTF, a
            file of raw BTF, or a kernel module's in /sys/kernel/btf.

            The types of a kernel module stand on those of its kernel. A module that brings what it needs of them (.BTF.base) is moved
            to those of the running kernel, or of --base; of any other --base must be that of the very kernel that it was built with.
            """)

    enum Format: String, ExpressibleByArgument, CaseIterable {
        case c, swift, json
    }

    @Option(help: "What to print; json is one object a line.")
    var format = Format.c

    @Option(help: "Only types of this name, and what they need: in JSON all that they refer to. May be given several times.")
    var type: [String] = []

    @Option(help: "The kernel's types on which those of FILE stand: a vmlinux, or a file of raw BTF.")
    var base: String?

    @Argument(help: "Where the types are.")
    var file: String?

    func validate() throws {
        if base != nil, file == nil { throw ValidationError("--base says on what the types of FILE stand, which is missing.") }
    }

    func run() throws {
        do {
            try print(TypesFile.read(file, base: base))
        } catch let error as BTFError where error.code == .noSuchType {
            throw Failure("cannot print types of \(file ?? "the running kernel"): \(error); '--format json' prints the names of all")
        }
    }

    private func print(_ types: BTF) throws {
        switch format {
        case .c:
            var printer = type.isEmpty ? CPrinter(types) : try CPrinter(types, only: type)
            try write { bytes in try printer.append(to: &bytes) }
        case .swift:
            var printer = type.isEmpty ? try SwiftPrinter(types) : try SwiftPrinter(types, only: type)
            try write { bytes in try printer.append(to: &bytes) }
        case .json:
            var printer = type.isEmpty ? JSONPrinter(types) : try JSONPrinter(types, only: type)
            try write { bytes in try printer.append(to: &bytes) }
        }
    }

    /// Writes piece after piece, so that the text of a kernel's types never stands in memory.
    private func write(_ append: (inout [UInt8]) throws -> Bool) throws {
        var output = LineOutput()
        var piece: [UInt8] = []
        while try append(&piece) {
            output.append(bytes: piece)
            piece.removeAll(keepingCapacity: true)
            if try output.flush() != .there { return }
        }
    }
}
