// SPDX-License-Identifier: Apache-2.0

import BPFObject

/// Which types of answers belong to which kinds of programs: the same number means to pass a packet here, and to drop it there.
enum AnswerRules {
    /// The answers of the kernel half's library, with the kinds of programs and, where a kind has several, how the names of their sections begin.
    private static let table: [(answer: String, types: [ProgramType], prefixes: [String])] = [
        ("XDPAction", [.xdp], []),
        ("TrafficAction", [.schedCLS, .schedACT], []),
        ("SocketVerdict", [.socketFilter], []),
        ("CgroupVerdict", [.cgroupSKB, .cgroupSock, .cgroupSockAddr, .cgroupSockopt, .cgroupSysctl, .cgroupDevice, .sockOps], []),
        ("CgroupVerdict", [.lsm], ["lsm_cgroup"]),
        ("AccessDecision", [.lsm], ["lsm/", "lsm.s/"]),
        ("AccessDecision", [.tracing], ["fmod_ret"]),
        ("SessionAnswer", [.tracing], ["fsession"]),
        ("SessionAnswer", [.kprobe], ["kprobe.session", "uprobe.session"]),
        ("StreamVerdict", [.skMsg, .skSKB, .skLookup, .skReuseport], []),
        ("NetfilterVerdict", [.netfilter], []),
        ("TunnelAction", [.lwtIn, .lwtOut, .lwtXmit, .lwtSeg6Local, .flowDissector], []),
    ]

    /// What is wrong with an answer's type in programs of a section, and which is theirs; `nil` where it is right, or a number.
    static func complaint(about answer: String, of program: String, in section: String) -> String? {
        guard table.contains(where: { $0.answer == answer }), let definition = SectionName.definition(of: section) else { return nil }
        // freplace answers what the function answers that it replaces, members of struct_ops what the kernel asks them.
        guard definition.type != .freplace, definition.type != .structOps else { return nil }
        let right = answers(of: definition)
        guard !right.contains(answer) else { return nil }
        let names = right.isEmpty ? "nothing that the kernel does, or a number" : right.joined(separator: " or ")
        return "the program '\(program)' answers \(answer), and programs of section '\(section)' answer \(names)"
    }

    /// All answers, in the order of the table.
    static var answers: [String] {
        table.map(\.answer).reduce(into: []) { names, name in if !names.contains(name) { names.append(name) } }
    }

    /// Those that programs of a section give.
    static func answers(of definition: SectionDefinition) -> [String] {
        let name = definition.prefix + "/"
        return table.filter { $0.types.contains(definition.type) && ($0.prefixes.isEmpty || $0.prefixes.contains { name.hasPrefix($0) }) }.map(
            \.answer)
    }
}
