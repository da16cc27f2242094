// SPDX-License-Identifier: Apache-2.0

import Foundation
import PackagePlugin

/// Compiles the kernel halves of a target, `NAME.bpf.c`, during `swift build`, and embeds each in the target's module.
///
/// The sources stand in the target's `exclude:`, since SwiftPM would take them for its own. Includes are found in the header
/// directories of the C targets that the target depends on.
@main
struct EBPFBuild: BuildToolPlugin {
    func createBuildCommands(context: PluginContext, target: Target) throws -> [Command] {
        let includes = target.recursiveTargetDependencies.compactMap { ($0 as? ClangSourceModuleTarget)?.publicHeadersDirectoryURL }
        let headers = (includes + [target.directoryURL]).flatMap { files(below: $0, endingIn: ".h") }
        let compiler = try context.tool(named: "ebpfc").url
        let clang = try context.tool(named: "clang").url
        let objcopy = try context.tool(named: "llvm-objcopy").url
        return files(below: target.directoryURL, endingIn: ".bpf.c").map { source in
            let name = source.lastPathComponent.prefix { $0 != "." }
            let output = context.pluginWorkDirectoryURL.appending(path: "\(name).swift")
            return .buildCommand(
                displayName: "Compiling \(source.lastPathComponent) for eBPF", executable: compiler,
                arguments: [
                    "--clang", clang.path(percentEncoded: false), "--objcopy", objcopy.path(percentEncoded: false),
                    "--work", context.pluginWorkDirectoryURL.path(percentEncoded: false), "--output", output.path(percentEncoded: false),
                ] + includes.flatMap { ["--include", $0.path(percentEncoded: false)] } + [source.path(percentEncoded: false)],
                inputFiles: [source] + headers, outputFiles: [output])
        }
    }

    private func files(below directory: URL, endingIn suffix: String) -> [URL] {
        let names = FileManager.default.enumerator(at: directory, includingPropertiesForKeys: nil)
        return (names?.compactMap { $0 as? URL } ?? []).filter { $0.lastPathComponent.hasSuffix(suffix) }
            .sorted { $0.path(percentEncoded: false) < $1.path(percentEncoded: false) }
    }
}
