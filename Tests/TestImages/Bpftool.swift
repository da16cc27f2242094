// SPDX-License-Identifier: Apache-2.0

import Foundation

/// The newest bpftool at hand: that of the machine, or one that `EBPF_LOADERS` names (several, divided by colons).
package struct Bpftool: Sendable {
    package let path: String
    /// The version of the libbpf that it is made with.
    package let libraryMajor: Int, libraryMinor: Int

    package static let newest: Bpftool? = {
        let further = (ProcessInfo.processInfo.environment["EBPF_LOADERS"] ?? "").split(separator: ":").map(String.init)
        return (["/usr/sbin/bpftool", "/usr/bin/bpftool"] + further).compactMap(Bpftool.init).max {
            ($0.libraryMajor, $0.libraryMinor) < ($1.libraryMajor, $1.libraryMinor)
        }
    }()

    /// Whether its linker resolves declarations of which a graph says nothing where one struct alone has that name, as libbpf does from 1.1 on.
    package var resolvesLoneDeclarations: Bool { (libraryMajor, libraryMinor) >= (1, 1) }

    private init?(path: String) {
        guard FileManager.default.isExecutableFile(atPath: path) else { return nil }
        let process = Process()
        process.executableURL = URL(fileURLWithPath: path)
        process.arguments = ["version"]
        let output = Pipe()
        (process.standardOutput, process.standardError) = (output, FileHandle.nullDevice)
        guard (try? process.run()) != nil else { return nil }
        let said = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        // "using libbpf v1.8"
        let version =
            said.components(separatedBy: "libbpf v").last?.prefix { $0.isNumber || $0 == "." }.split(separator: ".").compactMap { Int($0) } ?? []
        guard version.count >= 2 else { return nil }
        self.path = path
        (libraryMajor, libraryMinor) = (version[0], version[1])
    }
}
