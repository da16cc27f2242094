// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import BPFObject
import EBPF
import Tooling

struct ObjectLoadCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "load", abstract: "Load objects into the running kernel, and say of each program whether it takes it.",
        discussion: """
            Each object is read, fitted to this kernel, its maps created and its programs verified; then all of it is closed again. Nothing is
            attached, nothing is pinned. Ends with status 0 only where all programs of all objects verify, and with 1 otherwise.
            """)

    @Flag(help: "Print one JSON object for each file: file, verified, error, programs (name, section, type, verified, instructions, error).")
    var json = false

    @Argument(help: "The objects.")
    var files: [String]

    /// What came of an object.
    private struct Outcome {
        let file: String
        var verdicts: [Verdict] = []
        var error: EBPFError?

        var isVerified: Bool { error == nil && verdicts.allSatisfy { $0.error == nil } }
    }

    func run() throws {
        var output = LineOutput()
        var areVerified = true
        // What read the arguments is not needed again.
        ProgramCode.giveBack()
        for file in files {
            let outcome = Self.load(file)
            areVerified = areVerified && outcome.isVerified
            if json { printJSON(outcome, &output) } else { printText(outcome, &output) }
            if try output.flush() == .gone { break }
        }
        if !areVerified { throw ExitCode(1) }
    }

    private static func load(_ file: String) -> Outcome {
        do {
            return Outcome(file: file, verdicts: try ObjectFile(contentsOf: file).verify())
        } catch {
            return Outcome(file: file, error: error)
        }
    }

    private func printText(_ outcome: Outcome, _ output: inout LineOutput) {
        if let error = outcome.error { output.append("\(outcome.file): \(error)\n") }
        for verdict in outcome.verdicts {
            let program = verdict.program
            if let error = verdict.error {
                output.append("\(outcome.file): \(error)\n")
            } else if let information = verdict.information {
                output.append(
                    "\(outcome.file): program '\(program.name)' (\(program.type)) verifies: \(information.instructionCount) instructions"
                        + (information.verifiedInstructionCount > 0 ? ", \(information.verifiedInstructionCount) looked at\n" : "\n"))
            }
        }
        guard outcome.error == nil else { return }
        let count = outcome.verdicts.count { $0.error == nil }
        output.append("\(outcome.file): \(count) of \(outcome.verdicts.count) programs verify\n")
    }

    private func printJSON(_ outcome: Outcome, _ output: inout LineOutput) {
        output.beginObject()
        output.member("file", isFirst: true)
        output.append(jsonString: outcome.file)
        output.member("verified")
        output.append(outcome.isVerified ? "true" : "false")
        if let error = outcome.error {
            output.member("error")
            Self.append(error, to: &output)
        }
        output.member("programs")
        output.array(outcome.verdicts) { verdict, output in
            output.append("{")
            output.member("name", isFirst: true)
            output.append(jsonString: verdict.program.name)
            output.member("section")
            output.append(jsonString: verdict.program.sectionName)
            output.member("type")
            output.append(jsonString: verdict.program.type.description)
            output.member("verified")
            output.append(verdict.error == nil ? "true" : "false")
            if let information = verdict.information {
                output.member("instructions")
                output.append(number: information.instructionCount)
                output.member("verified_instructions")
                output.append(number: information.verifiedInstructionCount)
            }
            if let error = verdict.error {
                output.member("error")
                Self.append(error, to: &output)
            }
            output.append("}")
        }
        output.endObject()
    }

    /// Appends an error as an object: its parts, and the whole of the verifier's log.
    private static func append(_ error: EBPFError, to output: inout LineOutput) {
        output.append("{")
        output.member("code", isFirst: true)
        output.append(jsonString: "\(error.code)")
        output.member("operation")
        output.append(jsonString: error.operation)
        output.member("cause")
        output.append(jsonString: error.cause)
        if let remedy = error.remedy {
            output.member("remedy")
            output.append(jsonString: remedy)
        }
        if let errno = error.errno {
            output.member("errno")
            output.append(number: errno)
        }
        if let log = error.verifierLog {
            if let line = log.line {
                output.member("source_file")
                output.append(jsonString: line.fileName)
                output.member("source_line")
                output.append(number: line.line)
            }
            output.member("log")
            output.append(jsonString: log.text)
        }
        output.append("}")
    }
}
