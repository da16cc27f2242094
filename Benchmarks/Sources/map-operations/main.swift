// SPDX-License-Identifier: Apache-2.0

import EBPF
import Glibc

// map-operations ROUNDS OBJECT : what maps.c does, with the map 'entries' of an object.

let entries: UInt64 = 100_000
let calls: UInt64 = 20_000

func nanoseconds() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Double(time.tv_sec) * 1e9 + Double(time.tv_nsec)
}

func measure(_ hash: HashMap<UInt64, UInt64>, rounds: Int) throws {
    for key in 0..<entries { try hash.update(key, to: key) }
    // What a tool has: pairs, which the kernel takes as keys and values apart.
    let pairs = (0..<entries).map { (key: $0, value: $0) }
    let keys = Array(0..<entries)
    var times: [[Double]] = [[], [], [], [], []]
    var sum: UInt64 = 0
    for _ in 0..<rounds {
        let start = nanoseconds()
        for n in 0..<calls { sum &+= try hash.value(for: n * 7919 % entries) ?? 0 }
        let found = nanoseconds()
        for n in 0..<calls { try hash.update(n * 7919 % entries, to: n * 7919 % entries) }
        let updated = nanoseconds()
        var seen: UInt64 = 0
        try hash.forEach { key, value in
            sum &+= key ^ value
            seen += 1
        }
        let walked = nanoseconds()
        try hash.update(pairs)
        let set = nanoseconds()
        let removed = try hash.remove(keys)
        let ended = nanoseconds()
        guard removed == entries else { fatalError("\(removed) entries removed") }
        try hash.update(pairs)
        guard seen == entries else { fatalError("\(seen) entries") }
        times[0].append((found - start) / Double(calls))
        times[1].append((updated - found) / Double(calls))
        times[2].append((walked - updated) / Double(entries))
        times[3].append((set - walked) / Double(entries))
        times[4].append((ended - set) / Double(entries))
    }
    print("hash", times.map { "\(($0.sorted()[rounds / 2] * 10).rounded() / 10)" }.joined(separator: " "), sum)
}

guard CommandLine.arguments.count > 2, let rounds = Int(CommandLine.arguments[1]), rounds > 0 else { exit(64) }
do {
    try measure(HashMap(ObjectFile(contentsOf: CommandLine.arguments[2]).load().map("entries")), rounds: rounds)
} catch {
    print(error)
    exit(1)
}
