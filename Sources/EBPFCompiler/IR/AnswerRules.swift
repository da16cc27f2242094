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

    /// The numbers that mean something, where these are few: `enum xdp_action`, `TC_ACT_*` of `include/uapi/linux/pkt_cls.h`, `enum sk_action`, and what the verifier
    /// lets programs of cgroups answer at most (`check_return_code`).
    private static let ranges: [String: ClosedRange<Int>] = [
        "XDPAction": 0...4, "TrafficAction": -1...8, "CgroupVerdict": 0...3, "SessionAnswer": 0...1, "StreamVerdict": 0...1,
        "NetfilterVerdict": 0...1,
    ]

    /// Swift's integers, which say nothing of what they mean.
    static let integers: Set<String> = ["Int", "Int8", "Int16", "Int32", "Int64", "UInt", "UInt8", "UInt16", "UInt32", "UInt64"]

    /// What is wrong with an answer's type in programs of a section, and which is theirs; `nil` where it is right, or a number where the section has no type.
    static func complaint(about answer: String, of program: String, in section: String) -> String? {
        let isNumber = integers.contains(answer)
        guard isNumber || table.contains(where: { $0.answer == answer }), let definition = SectionName.definition(of: section) else { return nil }
        // freplace answers what the function answers that it replaces, members of struct_ops what the kernel asks them.
        guard definition.type != .freplace, definition.type != .structOps else { return nil }
        let right = answers(of: definition)
        guard !right.contains(answer) else { return nil }
        if isNumber {
            // What fmod_ret answers becomes that of a function, which may answer anything.
            guard let first = right.first, !definition.prefix.hasPrefix("fmod_ret") else { return nil }
            return
                "the program '\(program)' answers \(answer), and programs of section '\(section)' answer \(right.joined(separator: " or ")), which has names for "
                + "what the kernel does; of a number it is made by \(first)(rawValue:)"
        }
        let names = right.isEmpty ? "nothing that the kernel does, or a number" : right.joined(separator: " or ")
        return "the program '\(program)' answers \(answer), and programs of section '\(section)' answer \(names)"
    }

    /// What is wrong with a number that a program of a section always answers on some way; `nil` where nothing is known to be.
    static func complaint(aboutNumber number: Int, of program: String, in section: String) -> String? {
        guard let definition = SectionName.definition(of: section), let answer = answers(of: definition).first, let range = ranges[answer],
            !range.contains(number)
        else { return nil }
        return "the program '\(program)' answers \(number), which no \(answer) is: they are \(range.lowerBound) to \(range.upperBound)"
    }

    /// All answers, in the order of the table.
    static var answers: [String] {
        table.map(\.answer).reduce(into: []) { names, name in if !names.contains(name) { names.append(name) } }
    }

    /// Those that programs of a section give.
    static func answers(of definition: SectionDefinition) -> [String] {
        // How many bytes of a stream make its next message, or a negative errno.
        guard definition.prefix != "sk_skb/stream_parser" else { return [] }
        let name = definition.prefix + "/"
        return table.filter { $0.types.contains(definition.type) && ($0.prefixes.isEmpty || $0.prefixes.contains { name.hasPrefix($0) }) }.map(
            \.answer)
    }
}
