// SPDX-License-Identifier: Apache-2.0

import ArgumentParser

@main
struct EBPFCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ebpf", abstract: "Look at eBPF objects and at the types of kernels.",
        subcommands: [BTFCommand.self, ObjectCommand.self])
}

struct BTFCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "btf", abstract: "Types in the BPF Type Format.", subcommands: [BTFDumpCommand.self])
}

struct ObjectCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "object", abstract: "eBPF objects.", subcommands: [ObjectShowCommand.self, ObjectDisassembleCommand.self])
}
