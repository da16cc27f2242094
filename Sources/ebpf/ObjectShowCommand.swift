// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import BPFObject
import BTF
import EBPF
import Tooling

struct ObjectShowCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Show what an object holds: programs, maps, variables, licence.")

    @Flag(help: "Print one JSON object.")
    var json = false

    @Argument(help: "The object.")
    var file: String

    func run() throws {
        let object = try ObjectFile(contentsOf: file)
        var output = LineOutput()
        if json { showJSON(object, &output) } else { showText(object, &output) }
        _ = try output.flush()
    }

    private func showText(_ object: ObjectFile, _ output: inout LineOutput) {
        output.append("licence   \(object.license.isEmpty ? "none" : object.license)\n")
        for program in object.programs {
            let kind = program.type == .unspecified ? "no kind of program that is known" : program.type.description
            output.append(
                "program   \(program.name)  \(object.instructionCount(of: program)) instructions, section \(program.sectionName): \(kind)\n")
        }
        for map in object.maps {
            output.append("map       \(map.name)  \(map.type), key \(map.keySize) bytes, value \(map.valueSize) bytes, \(map.maxEntries) entries\n")
        }
        for variable in object.variables {
            output.append("variable  \(variable.name)  \(variable.size) bytes at \(variable.offset) of \(object.maps[variable.mapIndex].name)\n")
        }
        for symbol in object.kernelSymbols { output.append("kernel's  \(symbol.name)\(symbol.isWeak ? "  weak" : "")\n") }
        output.append("types     \(object.btf.map { "\($0.count - 1)" } ?? "none")\n")
    }

    private func showJSON(_ object: ObjectFile, _ output: inout LineOutput) {
        output.beginObject()
        output.member("licence", isFirst: true)
        output.append(jsonString: object.license)
        output.member("types")
        output.append(number: object.btf.map { $0.count - 1 } ?? 0)
        output.member("programs")
        output.array(object.programs) { program, output in
            output.append("{")
            output.member("name", isFirst: true)
            output.append(jsonString: program.name)
            output.member("section")
            output.append(jsonString: program.sectionName)
            output.member("instructions")
            output.append(number: object.instructionCount(of: program))
            if program.type != .unspecified {
                output.member("type")
                output.append(jsonString: program.type.description)
            }
            if let attachType = program.attachType {
                output.member("attach_type")
                output.append(jsonString: attachType.description)
            }
            if let target = program.target {
                output.member("target")
                output.append(jsonString: target)
            }
            output.member("loaded")
            output.append(program.isLoaded ? "true" : "false")
            output.append("}")
        }
        output.member("maps")
        output.array(object.maps) { map, output in
            output.append("{")
            output.member("name", isFirst: true)
            output.append(jsonString: map.name)
            output.member("type")
            output.append(jsonString: map.type.description)
            output.member("key_size")
            output.append(number: map.keySize)
            output.member("value_size")
            output.append(number: map.valueSize)
            output.member("max_entries")
            output.append(number: map.maxEntries)
            output.append("}")
        }
        output.member("variables")
        output.array(object.variables) { variable, output in
            output.append("{")
            output.member("name", isFirst: true)
            output.append(jsonString: variable.name)
            output.member("section")
            output.append(jsonString: object.maps[variable.mapIndex].name)
            output.member("offset")
            output.append(number: variable.offset)
            output.member("size")
            output.append(number: variable.size)
            output.append("}")
        }
        output.member("kernel_symbols")
        output.array(object.kernelSymbols) { symbol, output in
            output.append("{")
            output.member("name", isFirst: true)
            output.append(jsonString: symbol.name)
            output.member("weak")
            output.append(symbol.isWeak ? "true" : "false")
            output.append("}")
        }
        output.endObject()
    }
}
