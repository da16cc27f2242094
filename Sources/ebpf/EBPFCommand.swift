// SPDX-License-Identifier: Apache-2.0

import ArgumentParser

@main
struct EBPFCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ebpf", abstract: "Look at eBPF objects, at the types of kernels and at what the running one supports; link and load objects.",
        subcommands: [BTFCommand.self, ObjectCommand.self, LinkCommand.self, FeaturesCommand.self])
}

struct BTFCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "btf", abstract: "Types in the BPF Type Format.", subcommands: [BTFDumpCommand.self])
}

struct ObjectCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "object", abstract: "eBPF objects.",
        subcommands: [ObjectShowCommand.self, ObjectDisassembleCommand.self, ObjectLoadCommand.self])
}
