// SPDX-License-Identifier: Apache-2.0

import EBPF
import Glibc

// object-attach ROUNDS OBJECT WAY FILE [BINARY] : what attach.c does with libbpf.

func microseconds() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Double(time.tv_sec) * 1e6 + Double(time.tv_nsec) / 1e3
}

func attach(
    _ program: Program, _ way: String, _ names: [String], _ file: String, _ binary: String, _ single: inout [Double]
) throws -> Links {
    var links = Links()
    switch way {
    case "kprobe.pattern": links.append(try program.attach(toKprobes: file))
    case "kprobe.multi": links.append(try program.attach(toKprobes: names.map { ($0, 0) }))
    case "uprobe.multi": links.append(try program.attach(toUprobes: binary, names.map { ($0, 0) }))
    default:
        for name in names {
            let start = microseconds()
            links.append(try program.attach(toUprobe: UserTarget(binary, symbol: name)))
            single.append(microseconds() - start)
        }
    }
    return links
}

func measure(_ arguments: [String], rounds: Int) throws {
    let (way, file, binary) = (arguments[3], arguments[4], arguments.count > 5 ? arguments[5] : "")
    let names =
        way == "kprobe.pattern" ? [] : String(decoding: try FileContents.read(file).array(), as: UTF8.self).split(separator: "\n").map(String.init)
    var object = try ObjectFile(contentsOf: arguments[2])
    for index in object.programs.indices {
        if way.hasPrefix("kprobe") { object.programs[index].attachType = .traceKprobeMulti }
        if way == "uprobe.multi" { object.programs[index].attachType = .traceUprobeMulti }
    }
    let program = try object.load().program("probe")
    var times: [[Double]] = [[], []]
    for _ in 0..<rounds {
        var single: [Double] = []
        let start = microseconds()
        let links = try attach(program, way, names, file, binary, &single)
        let attached = microseconds()
        links.detach()
        let detached = microseconds()
        // One by one, the median of one.
        times[0].append(single.isEmpty ? attached - start : single.sorted()[single.count / 2])
        times[1].append((detached - attached) / Double(max(single.count, 1)))
    }
    print(way, times.map { "\(Int($0.sorted()[rounds / 2].rounded()))" }.joined(separator: " "))
}

guard CommandLine.arguments.count > 4, let rounds = Int(CommandLine.arguments[1]), rounds > 0 else { exit(64) }
do {
    try measure(CommandLine.arguments, rounds: rounds)
} catch {
    print(error)
    exit(1)
}
