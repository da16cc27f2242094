// SPDX-License-Identifier: Apache-2.0

import BPFAssembly
import EBPF
import Glibc

// object-load ROUNDS OBJECT... : opens, loads and closes each object so many times; prints what load.c prints of libbpf.
// object-load helpers : prints the header that declares helpers, for kernel halves in C that are compiled without the build plugin.

func microseconds() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Double(time.tv_sec) * 1e6 + Double(time.tv_nsec) / 1e3
}

func measure(_ path: String, rounds: Int) throws {
    var times: [[Double]] = [[], [], [], []]
    for _ in 0..<rounds {
        let start = microseconds()
        let object = try ObjectFile(contentsOf: path)
        let opened = microseconds()
        var loaded = Optional(try object.load(LoadOptions(pinDirectory: nil)))
        let ready = microseconds()
        _ = loaded.take()
        let closed = microseconds()
        times[0].append(opened - start)
        times[1].append(ready - opened)
        times[2].append(closed - ready)
        times[3].append(closed - start)
    }
    let medians = times.map { "\(Int($0.sorted()[rounds / 2].rounded()))" }.joined(separator: " ")
    let name = path.split(separator: "/").last.map(String.init) ?? path
    print("\(name) \(medians)")
}

if CommandLine.arguments.dropFirst() == ["helpers"] {
    print(Helper.cDeclarations)
    exit(0)
}
guard CommandLine.arguments.count > 2, let rounds = Int(CommandLine.arguments[1]), rounds > 0 else { exit(64) }
do {
    for path in CommandLine.arguments.dropFirst(2) { try measure(path, rounds: rounds) }
} catch {
    print(error)
    exit(1)
}
