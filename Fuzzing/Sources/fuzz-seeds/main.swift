// SPDX-License-Identifier: Apache-2.0

import BTF
import Bytes
import ELF
import Glibc

// fuzz-seeds DIRECTORY FILE... : cuts files into what the fuzzers begin with, DIRECTORY/<target>/<number>. What is no ELF file is BTF.

/// Inputs larger than this only make fuzzers slow: `run` tells them the same.
func largest(_ target: String) -> Int {
    switch target {
    case "elf", "object", "link": 64 << 10
    case "btf": 8 << 10
    default: 16 << 10
    }
}

func contents(of path: String) -> [UInt8]? {
    guard let file = fopen(path, "r") else { return nil }
    defer { fclose(file) }
    var bytes: [UInt8] = []
    var piece = [UInt8](repeating: 0, count: 1 << 16)
    while true {
        let count = fread(&piece, 1, piece.count, file)
        guard count > 0 else { return bytes }
        bytes += piece[..<count]
    }
}

struct Seeds {
    let directory: String
    var count = 0

    mutating func add(_ bytes: [UInt8], to target: String) {
        guard !bytes.isEmpty, bytes.count <= largest(target), let file = fopen("\(directory)/\(target)/\(count)", "w") else { return }
        defer { fclose(file) }
        fwrite(bytes, 1, bytes.count, file)
        count += 1
    }

    mutating func cut(_ file: ELFFile) {
        add(file.bytes.array(), to: "elf")
        guard file.machine == .bpf else { return }
        add(file.bytes.array(), to: "object")
        add(file.bytes.array(), to: "link")
        let types = file.section(named: ".BTF")?.bytes.array() ?? []
        add(types, to: "btf")
        if types.count > largest("btf"), let types = try? BTF(ByteView(types)) { cut(types) }
        if let records = file.section(named: ".BTF.ext")?.bytes.array() {
            var bytes: [UInt8] = []
            bytes.append(integer: UInt32(types.count), order: .littleEndian)
            add(bytes + types + records, to: "btf-ext")
            add([0, 0, 0, 0] + records, to: "btf-ext")
        }
        for section in file.sections where section.flags.contains(.executable) { add(section.bytes.array(), to: "instructions") }
    }

    /// Pieces of types: some that follow each other.
    mutating func cut(_ types: BTF) {
        for first in stride(from: 1, to: types.count, by: max(types.count / 40, 50)) {
            var builder = BTFBuilder()
            // References to types outside of the piece are kept: they lead somewhere, or nowhere.
            for id in types.typeIDs.dropFirst(first - 1).prefix(100) { _ = (try? types.type(id)).map { try? builder.add($0) } }
            add(builder.bytes(types.byteOrder), to: "btf")
        }
    }
}

guard CommandLine.arguments.count > 2 else {
    print("usage: fuzz-seeds DIRECTORY FILE...")
    exit(2)
}
var seeds = Seeds(directory: CommandLine.arguments[1])
for target in ["elf", "btf", "btf-ext", "instructions", "object", "link"] { mkdir("\(seeds.directory)/\(target)", 0o755) }
for path in CommandLine.arguments.dropFirst(2) {
    guard let bytes = contents(of: path).map({ ByteView($0) }) else { continue }
    if let file = try? ELFFile(bytes) { seeds.cut(file) } else if let types = try? BTF(bytes) { seeds.cut(types) }
}
print("\(seeds.count) seeds")
