// SPDX-License-Identifier: Apache-2.0

import Foundation

/// The disassembler whose spelling ours is, as far as this machine has it.
struct LLVMObjdump {
    /// One instruction as llvm-objdump shows it.
    struct Line: Equatable {
        /// The slot in its section.
        let slot: Int
        /// As they stand in the file: eight, or sixteen of a wide load.
        let bytes: [UInt8]
        /// Without the names of places that jumps lead to.
        let text: String
    }

    /// The first on `PATH` that is new enough to know every atomic operation; `nil` where there is none.
    static let onPath: LLVMObjdump? = {
        let directories = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
        return directories.lazy.map { LLVMObjdump(path: "\($0)/llvm-objdump") }.first { $0.version >= 20 }
    }()

    let path: String

    /// The number in front of the first point; 0 where it does not run.
    private var version: Int {
        guard FileManager.default.isExecutableFile(atPath: path), let text = try? run("--version"),
            let number = text.components(separatedBy: "LLVM version ").dropFirst().first?.prefix(while: \.isNumber)
        else { return 0 }
        return Int(number) ?? 0
    }

    private func run(_ arguments: String...) throws -> String {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: path)
        process.arguments = arguments
        let output = Pipe()
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        try process.run()
        let data = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { throw CocoaError(.executableRuntimeMismatch) }
        return String(decoding: data, as: UTF8.self)
    }

    /// Every instruction of every executable section, section by section, and how many bytes those sections have in all.
    func disassembly(of file: String) throws -> (sections: [[Line]], byteCount: Int) {
        var sections: [[Line]] = []
        var byteCount = 0
        for line in try run("--section-headers", "--disassemble", "--disassemble-zeroes", file).split(separator: "\n") {
            if line.hasPrefix("Disassembly of section ") {
                sections.append([])
            } else if let instruction = Self.instruction(line) {
                sections.indices.last.map { sections[$0].append(instruction) }
            } else if line.hasSuffix(" TEXT") {
                // Number, name, size, address, kind; only the name may hold spaces.
                byteCount += Int(line.split(separator: " ").dropLast(2).last ?? "", radix: 16) ?? 0
            }
        }
        return (sections, byteCount)
    }

    /// Reads `  12:<tab>18 01 ...<tab>r1 = 0x0 ll`.
    private static func instruction(_ line: Substring) -> Line? {
        let parts = line.split(separator: "\t", maxSplits: 2)
        guard parts.count == 3, let place = parts.first, place.hasSuffix(":"), let slot = Int(place.dropLast().trimmingPrefix { $0 == " " })
        else { return nil }
        return Line(slot: slot, bytes: parts[1].split(separator: " ").compactMap { UInt8($0, radix: 16) }, text: withoutTarget(parts[2]))
    }

    /// Jumps end with the name of the place that they lead to: `goto +0x5 <name>`.
    private static func withoutTarget(_ text: Substring) -> String {
        guard text.hasSuffix(">"), !text.hasPrefix("<"), let start = text.range(of: " <", options: .backwards) else { return String(text) }
        return String(text[..<start.lowerBound])
    }
}
