// SPDX-License-Identifier: Apache-2.0

import BTF
import EBPF
import Glibc

// Reads the running kernel's types and looks names up, several times; prints each figure's median.

func milliseconds() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Double(time.tv_sec) * 1000 + Double(time.tv_nsec) / 1_000_000
}

func resident() -> Int {
    var values = [CChar](repeating: 0, count: 64)
    guard let file = fopen("/proc/self/statm", "r") else { return 0 }
    defer { fclose(file) }
    guard fgets(&values, Int32(values.count), file) != nil else { return 0 }
    let words = String(decoding: values.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self).split(separator: " ")
    return words.count > 1 ? (Int(words[1]) ?? 0) * sysconf(Int32(_SC_PAGESIZE)) / 1024 : 0
}

var rows: [[Double]] = [[], [], [], [], []]
let empty = resident()
do {
    // The names are taken from another copy, so that what is measured is what a first look-up meets.
    let types = try KernelTypes.running()
    let names = try types.typeIDs.map { try types.name(of: $0) }.filter { !$0.isEmpty }
    for _ in 0..<11 {
        let before = resident()
        let start = milliseconds()
        let btf = try KernelTypes.running()
        guard !btf.types(named: "task_struct", kinds: [.structure]).isEmpty else { fatalError("this kernel has no task_struct") }
        rows[0].append(milliseconds() - start)
        let index = milliseconds()
        btf.indexNames()
        rows[1].append(milliseconds() - index)
        let memory = resident()
        let look = milliseconds()
        var found = 0
        for name in names { found += btf.types(named: name, kinds: [.structure, .union, .enumeration, .alias, .function]).count }
        rows[2].append((milliseconds() - look) * 1000 / Double(names.count))
        guard found > 0 else { fatalError("nothing was found") }
        rows[3].append(Double(memory - before) / 1024)
    }
} catch {
    print(error)
    exit(1)
}
rows[4].append(Double(empty) / 1024)
func median(_ row: [Double]) -> Double { row.sorted()[row.count / 2] }
// What was given back is used again: only the first round shows how much it was.
rows[3] = [rows[3].max() ?? 0]
for (name, row) in zip(
    ["read and find task_struct, ms", "index of all names, ms", "look a name up, us", "memory that both take, MB", "(the process before, MB)"], rows)
{
    print(name + String(repeating: " ", count: 32 - name.count), (median(row) * 1000).rounded() / 1000)
}
