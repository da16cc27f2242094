// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import BPFAssembly
import BTF
import Bytes
import EBPF
import ELF
import Tooling

struct ObjectDisassembleCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "disassemble", abstract: "Print the instructions of an object, with the source lines that they come from.",
        discussion: "Reads objects of both byte orders. Helpers are named; places that a loader fills in say which symbol they mean.")

    @Flag(help: "Print one JSON object a line: section, function, slot, text, line, file, source, symbol.")
    var json = false

    @Argument(help: "The object.")
    var file: String

    func run() throws {
        let bytes = try FileContents.read(file)
        var output = LineOutput()
        do {
            let object = try DisassembledObject(bytes)
            for section in object.sections {
                if json { printJSON(section, &output) } else { printText(section, &output) }
                if try output.flush() == .gone { return }
            }
        } catch {
            throw Failure("cannot disassemble \(file): \(error)")
        }
    }

    private func printText(_ section: DisassembledObject.CodeSection, _ output: inout LineOutput) {
        output.append("\nsection \(section.name)\n")
        // One line of source often gives several runs of instructions; it is said when it changes.
        var shown = ""
        for line in section.lines {
            if let name = section.functions[line.slot] { output.append("\n\(name):\n") }
            if let source = section.sources[line.slot] {
                let text = "; \(source.text)  [\(source.file):\(source.line)]\n"
                if text != shown { output.append(text) }
                shown = text
            }
            output.append(number: line.slot, width: 8)
            output.append(":\t\(line.text)")
            if let symbol = section.symbols[line.slot] { output.append("\t; \(symbol)") }
            output.newLine()
        }
    }

    private func printJSON(_ section: DisassembledObject.CodeSection, _ output: inout LineOutput) {
        var function = ""
        for line in section.lines {
            function = section.functions[line.slot] ?? function
            output.beginObject()
            output.member("section", isFirst: true)
            output.append(jsonString: section.name)
            output.member("function")
            output.append(jsonString: function)
            output.member("slot")
            output.append(number: line.slot)
            output.member("text")
            output.append(jsonString: line.text)
            if let source = section.sources[line.slot] {
                output.member("file")
                output.append(jsonString: source.file)
                output.member("line")
                output.append(number: source.line)
                output.member("source")
                output.append(jsonString: source.text)
            }
            if let symbol = section.symbols[line.slot] {
                output.member("symbol")
                output.append(jsonString: symbol)
            }
            output.endObject()
        }
    }
}
