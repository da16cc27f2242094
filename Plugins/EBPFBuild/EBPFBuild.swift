// SPDX-License-Identifier: Apache-2.0

import Foundation
import PackagePlugin

/// Compiles the kernel halves of a target during `swift build`, and embeds the object of each in the target's module, as a type.
///
/// - In C: each `NAME.bpf.c` becomes the type `NAME`. The sources stand in the target's `exclude:`, since SwiftPM would take them for its own.
/// - In Swift: each `NAME.bpf.swift` becomes the type `NAME`, and is part of the target's module as well, unless it stands in `exclude:`. What several need
///   stands in files `NAME.shared.swift`, which are compiled with each of them. Where there is no `NAME.bpf.swift` and the target depends on `EBPFKernel`, all
///   of its Swift sources together are one kernel half: `NAMEKernel` becomes the type `NAME`.
///
/// Headers are found in the header directories of the C targets that the target depends on.
@main
struct EBPFBuild: BuildToolPlugin {
    func createBuildCommands(context: PluginContext, target: Target) throws -> [Command] {
        let job = try Job(context, target)
        var commands = try files(below: target.directoryURL, endingIn: ".bpf.c").map { source in try job.compileC(source) }
        let separate = files(below: target.directoryURL, endingIn: ".bpf.swift")
        if !commands.isEmpty, separate.isEmpty, let half = job.unnamedHalf(of: target) {
            Diagnostics.error(
                "\(half.lastPathComponent) imports EBPFKernel, but beside kernel halves in C each one in Swift is a file of its own: "
                    + "rename it to NAME.bpf.swift, or move it to a target of its own")
        }
        if !separate.isEmpty {
            let shared = files(below: target.directoryURL, endingIn: ".shared.swift")
            commands += try separate.map { source in
                try job.compileSwift([source] + shared, name: String(source.lastPathComponent.prefix { $0 != "." }))
            }
        } else if let swift = target as? SwiftSourceModuleTarget, !job.library.isEmpty, commands.isEmpty {
            let sources = swift.sourceFiles(withSuffix: "swift").map(\.url).filter {
                $0.path(percentEncoded: false).hasPrefix(target.directoryURL.path(percentEncoded: false))
            }
            let name = target.name.hasSuffix("Kernel") ? String(target.name.dropLast("Kernel".count)) : target.name + "Object"
            commands.append(try job.compileSwift(sources, name: name))
        }
        return commands
    }
}

/// What the commands of a target have in common.
private struct Job {
    let context: PluginContext
    let includes: [URL]
    let headers: [URL]
    /// The sources of the library that kernel halves in Swift import.
    let library: [URL]

    init(_ context: PluginContext, _ target: Target) throws {
        self.context = context
        let dependencies = target.recursiveTargetDependencies
        includes = dependencies.compactMap { ($0 as? ClangSourceModuleTarget)?.publicHeadersDirectoryURL }
        headers = (includes + [target.directoryURL]).flatMap { files(below: $0, endingIn: ".h") }
        let kernel = dependencies.first { $0.name == "EBPFKernel" } as? SwiftSourceModuleTarget
        library = kernel?.sourceFiles(withSuffix: "swift").map(\.url) ?? []
    }

    /// A source of a target that is written for the kernel, although its name does not say so.
    func unnamedHalf(of target: Target) -> URL? {
        guard !library.isEmpty else { return nil }
        return files(below: target.directoryURL, endingIn: ".swift").first {
            (try? String(contentsOf: $0, encoding: .utf8))?.split(whereSeparator: \.isNewline).contains("import EBPFKernel") == true
        }
    }

    func compileC(_ source: URL) throws -> Command {
        try command(source.lastPathComponent, name: String(source.lastPathComponent.prefix { $0 != "." }), [], [source])
    }

    func compileSwift(_ sources: [URL], name: String) throws -> Command {
        // Where the machine that builds has a kernel with types, fields are compared with them: a misspelt name is told now, not when the object is loaded.
        let types = "/sys/kernel/btf/vmlinux"
        let comparison = FileManager.default.isReadableFile(atPath: types) ? ["--btf", types] : []
        let options =
            comparison + ["--swiftc", try path(of: "swiftc"), "--name", name] + library.flatMap { ["--library", $0.path(percentEncoded: false)] }
        return try command(name, name: name, options, sources)
    }

    private func command(_ title: String, name: String, _ options: [String], _ sources: [URL]) throws -> Command {
        let work = context.pluginWorkDirectoryURL
        let output = work.appending(path: "\(name)+Object.swift")
        let tools = ["--clang", try path(of: "clang"), "--objcopy", try path(of: "llvm-objcopy")]
        let places = ["--work", work.path(percentEncoded: false), "--output", output.path(percentEncoded: false)]
        return .buildCommand(
            displayName: "Compiling \(title) for eBPF", executable: try context.tool(named: "ebpfc").url,
            arguments: tools + places + options + includes.flatMap { ["--include", $0.path(percentEncoded: false)] }
                + sources.map { $0.path(percentEncoded: false) },
            inputFiles: sources + headers + library, outputFiles: [output])
    }

    private func path(of tool: String) throws -> String { try context.tool(named: tool).url.path(percentEncoded: false) }
}

private func files(below directory: URL, endingIn suffix: String) -> [URL] {
    let names = FileManager.default.enumerator(at: directory, includingPropertiesForKeys: nil)
    return (names?.compactMap { $0 as? URL } ?? []).filter { $0.lastPathComponent.hasSuffix(suffix) }
        .sorted { $0.path(percentEncoded: false) < $1.path(percentEncoded: false) }
}
