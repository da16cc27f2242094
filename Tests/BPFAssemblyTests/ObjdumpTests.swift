// SPDX-License-Identifier: Apache-2.0

import BPFAssembly
import Bytes
import Foundation
import TestImages
import Testing

/// Objects that others wrote, and code that nobody would write, beside llvm-objdump.
@Suite struct ObjdumpTests {
    static let corpus = ProcessInfo.processInfo.environment["EBPF_CORPUS"].flatMap { path -> URL? in
        var isDirectory: ObjCBool = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory), isDirectory.boolValue else { return nil }
        return URL(fileURLWithPath: path)
    }

    @Test(
        .enabled(if: corpus != nil, "not run, because EBPF_CORPUS names no directory of objects"),
        .enabled(if: LLVMObjdump.onPath != nil, "not run, because PATH has no llvm-objdump of LLVM 20 or newer"))
    func `every instruction of every object is written as llvm-objdump writes it`() throws {
        let objdump = try #require(LLVMObjdump.onPath)
        let files = FileManager.default.enumerator(at: try #require(Self.corpus), includingPropertiesForKeys: nil)
        var objects: [ByteOrder: Int] = [:]
        var sections = 0
        var instructions = 0
        for case let file as URL in try #require(files) where file.lastPathComponent.hasSuffix(".bpf.o") {
            let identification = try FileHandle(forReadingFrom: file).read(upToCount: 6) ?? Data()
            // EI_DATA of elf(5).
            let order: ByteOrder = try #require(identification.last) == 1 ? .littleEndian : .bigEndian
            let (expected, byteCount) = try objdump.disassembly(of: file.path)
            #expect(expected.joined().reduce(0) { $0 + $1.bytes.count } == byteCount, "\(file.path)")
            for section in expected { try compare(section, order: order, file: file.path) }
            objects[order, default: 0] += 1
            sections += expected.count
            instructions += expected.joined().count
        }
        #expect(instructions > 0)
        print(
            "compared \(instructions) instructions in \(sections) sections of \(objects[.littleEndian] ?? 0) little-endian and "
                + "\(objects[.bigEndian] ?? 0) big-endian objects")
    }

    private func compare(_ expected: [LLVMObjdump.Line], order: ByteOrder, file: String) throws {
        let bytes = ByteView(expected.flatMap(\.bytes))
        let instructions = try #require(Instruction.decode(bytes, order: order))
        // What compilers write is right by the strict reading as well, and comes back as it was.
        #expect(try Instruction.Operation.decode(instructions).flatMap(\.operation.instructions) == instructions, "\(file)")
        let lines = Array(try Disassembly(bytes, order: order))
        #expect(lines.count == expected.count, "\(file)")
        for (line, expected) in zip(lines, expected) where line.text != expected.text || line.slot != expected.slot {
            Issue.record("\(file) at \(expected.slot): '\(line.text)' instead of '\(expected.text)'")
            return
        }
    }

    @Test(
        .enabled(if: LLVMObjdump.onPath != nil, "not run, because PATH has no llvm-objdump of LLVM 20 or newer"),
        arguments: [ByteOrder.littleEndian, .bigEndian])
    func `every operation, and slots that are none, are written as llvm-objdump writes them`(order: ByteOrder) throws {
        let slots = SampleOperations.all.flatMap(\.instructions) + [Instruction(opcode: 0x95)] + randomSlots(count: 20_000)
        var bytes: [UInt8] = []
        for slot in slots { slot.encode(into: &bytes, order: order) }
        var image = ELFImage(order: order)
        image.add(SectionImage(name: "code", kind: 1, flags: 6, bytes: bytes))
        let file = FileManager.default.temporaryDirectory.appendingPathComponent("\(UUID().uuidString).bpf.o")
        try Data(image.bytes()).write(to: file)
        defer { try? FileManager.default.removeItem(at: file) }

        let expected = try #require(try LLVMObjdump.onPath?.disassembly(of: file.path).sections.first)
        let texts = Dictionary(uniqueKeysWithValues: expected.map { ($0.slot, $0.text) })
        var differences: [String] = []
        var compared = 0
        for line in try Disassembly(ByteView(bytes), order: order) where !isKnownDifference(line, slots[line.slot]) {
            // The second slot of a wide load that only LLVM knows is no line of its own.
            guard let text = texts[line.slot] else { continue }
            compared += 1
            if line.text != text { differences.append("\(line.slot): '\(line.text)' instead of '\(text)'") }
        }
        let summary = differences.prefix(20).joined(separator: "; ")
        #expect(summary.isEmpty)
        #expect(compared > 60_000)
    }

    /// What LLVM 21 reads in another way than the kernel does, or not at all.
    private func isKnownDifference(_ line: Disassembly.Line, _ slot: Instruction) -> Bool {
        // Newer than LLVM 21.
        if case .jumpIndirect = line.operation { return true }
        guard line.operation == nil else { return false }
        // LLVM does not look at all bits that say which atomic operation it is.
        let isAtomic = slot.instructionClass == .storeFromRegister && slot.opcode & 0xE0 == 0xC0
        // LLVM knows the kernel's own register r11, and prints wide loads and calls of kinds that no kernel has.
        return isAtomic || slot.destination == 11 || slot.source == 11 || slot.isWideLoad || slot.opcode == 0x85
    }

    /// Each is followed by two slots that take the rest of a wide load, and are the same for both.
    private func randomSlots(count: Int) -> [Instruction] {
        var generator = SeededGenerator(seed: 21)
        let offsets: [Int16] = [0, 0, 0, 1, 8, 16, 32, -1, .max, .min]
        let immediates: [Int32] = [0, 0, 1, 16, 32, 64, 0x40, 0x41, 0x50, 0xA1, 0xE1, 0xF1, 0x100, 0x110, 0x10000, -1, .min, .max]
        return (0..<count).flatMap { _ in
            [
                Instruction(
                    opcode: UInt8.random(in: 0...255, using: &generator), destination: UInt8.random(in: 0...15, using: &generator),
                    source: UInt8.random(in: 0...15, using: &generator), offset: offsets.randomElement(using: &generator) ?? 0,
                    immediate: immediates.randomElement(using: &generator) ?? 0),
                Instruction(opcode: 0, immediate: Int32(truncatingIfNeeded: generator.next())), Instruction(opcode: 0x95),
            ]
        }
    }
}
