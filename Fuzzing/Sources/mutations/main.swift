// SPDX-License-Identifier: Apache-2.0

import Bytes
import Glibc
import Reading

// mutations COUNT SHARD SHARDS FILE... : reads mutations 0..<COUNT of each object, every SHARDS-th of them from SHARD on, and says how many are
// whole objects, how many can be read in parts, and how many are refused. Parts of all the objects are spliced into each.
// mutations write NUMBER OUTPUT FILE... : writes one mutation of the first object; the others, in any order but the same, are spliced in.

func contents(of path: String) -> [UInt8] {
    guard let file = fopen(path, "r") else { return [] }
    defer { fclose(file) }
    var bytes: [UInt8] = []
    var piece = [UInt8](repeating: 0, count: 1 << 16)
    while true {
        let count = fread(&piece, 1, piece.count, file)
        guard count > 0 else { return bytes }
        bytes += piece[..<count]
    }
}

/// The objects in an order that does not depend on how they were named: by their bytes.
func inOrder(_ objects: [[UInt8]]) -> [[UInt8]] { objects.sorted { $0.lexicographicallyPrecedes($1) } }

/// One of so many mutations is also printed and written again, as far as it was read.
let writing = 32

func run(_ paths: [String], count: Int, shard: Int, shards: Int) {
    Watch.begin()
    let objects = paths.map { contents(of: $0) }
    let donors = inOrder(objects)
    var outcomes: [Reading.Outcome: Int] = [:]
    for (path, object) in zip(paths, objects) {
        Watch.object(path)
        let mutator = Mutator(object, donors: donors)
        for number in stride(from: shard, to: count, by: shards) {
            Watch.mutation(number)
            outcomes[Reading.file(ByteView(mutator.mutation(number)), writes: number / shards % writing == 0), default: 0] += 1
        }
    }
    print("whole \(outcomes[.whole, default: 0]) parts \(outcomes[.parts, default: 0]) refused \(outcomes[.refused, default: 0])")
}

func write(_ number: Int, of paths: [String], to output: String) {
    let objects = paths.map { contents(of: $0) }
    let bytes = Mutator(objects.first ?? [], donors: inOrder(objects)).mutation(number)
    guard let file = fopen(output, "w"), fwrite(bytes, 1, bytes.count, file) == bytes.count, fclose(file) == 0 else { exit(1) }
}

let arguments = Array(CommandLine.arguments.dropFirst())
if arguments.count > 3, arguments[0] == "write", let number = Int(arguments[1]) {
    write(number, of: Array(arguments[3...]), to: arguments[2])
} else if arguments.count > 3, let count = Int(arguments[0]), let shard = Int(arguments[1]), let shards = Int(arguments[2]), shards > 0 {
    run(Array(arguments[3...]), count: count, shard: shard, shards: shards)
} else {
    print("usage: mutations COUNT SHARD SHARDS FILE...\n       mutations write NUMBER OUTPUT FILE...")
    exit(2)
}
