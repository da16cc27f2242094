// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import BPFObject
import EBPF

struct LinkCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "link", abstract: "Make one object of several.",
        discussion: """
            What one file declares extern (functions, variables, maps) is what another defines; types become one of each. All files
            must be compiled with -g and have the same licence. One file alone is normalised: without DWARF, its types de-duplicated.
            """)

    @Option(name: .shortAndLong, help: "Where the linked object is written.")
    var output: String

    @Argument(help: "The objects, in the order in which their sections follow each other.")
    var files: [String]

    func run() throws {
        var linker = ObjectLinker()
        for file in files { try linker.add(try FileContents.read(file), named: file) }
        try OutputFile.write(linker.bytes(), to: output)
    }
}
