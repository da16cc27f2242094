// SPDX-License-Identifier: Apache-2.0

import Bytes
import ELF
import Foundation
import Testing

/// What is written, as programs that others wrote see it.
@Suite struct ToolAcceptanceTests {
    @Test(
        .enabled(if: Tool.named("readelf") != nil, "not run, because there is no readelf"),
        arguments: [ByteOrder.littleEndian, .bigEndian])
    func `readelf finds nothing to complain about, and the symbols and relocations that were added`(order: ByteOrder) throws {
        let path = try write(object(order).bytes())
        defer { try? FileManager.default.removeItem(atPath: path) }
        let (output, status) = try Tool.run("readelf", ["-a", "-W", path])
        #expect(status == 0)
        for word in ["Warning", "Error", "<corrupt", "<unknown>: "] { #expect(!output.contains(word), "\(output)") }
        for word in ["REL (Relocatable file)", "Linux BPF", "program", "helper", "counter", "R_BPF_INSN_64", "R_BPF_INSN_DISP32"] {
            #expect(output.contains(word), "\(word)")
        }
    }

    @Test(
        .enabled(if: Tool.named("llvm-objdump") != nil, "not run, because there is no llvm-objdump"),
        arguments: [ByteOrder.littleEndian, .bigEndian])
    func `llvm-objdump disassembles what was written, with its relocations`(order: ByteOrder) throws {
        let path = try write(object(order).bytes())
        defer { try? FileManager.default.removeItem(atPath: path) }
        let (output, status) = try Tool.run("llvm-objdump", ["-d", "-r", "--no-show-raw-insn", path])
        #expect(status == 0)
        for word in ["<program>", "r1 = ", "R_BPF_64_64\tcounter", "R_BPF_64_32\thelper", "exit"] {
            #expect(output.contains(word), "\(word) in \(output)")
        }
    }

    @Test(
        .enabled(if: Tool.named("llvm-objcopy") != nil, "not run, because there is no llvm-objcopy"),
        arguments: [ByteOrder.littleEndian, .bigEndian])
    func `llvm-objcopy copies what was written, and its copy says the same`(order: ByteOrder) throws {
        let path = try write(object(order).bytes())
        defer { try? FileManager.default.removeItem(atPath: path) }
        let (output, status) = try Tool.run("llvm-objcopy", [path])
        #expect(status == 0, "\(output)")
        let copy = try ELFFile(ByteView(Array(try Data(contentsOf: URL(fileURLWithPath: path)))))
        #expect(try facts(of: copy) == facts(of: ELFFile(ByteView(object(order).bytes()))))
    }

    /// Not every clang can write eBPF.
    private static let canCompile = Tool.named("clang") != nil && (try? Tool.run("clang", ["-print-targets"]))?.output.contains("bpfeb") == true

    @Test(
        .enabled(if: canCompile, "not run, because there is no clang that compiles for eBPF"), arguments: ["bpfel", "bpfeb"])
    func `a compiled eBPF object that is read and written keeps everything that loaders read`(target: String) throws {
        let path = try write([])
        defer { try? FileManager.default.removeItem(atPath: path) }
        let (output, status) = try Tool.run(
            "clang", ["-target", target, "-g", "-O2", "-c", "-x", "c", "-", "-o", path], input: Self.source)
        #expect(status == 0, "\(output)")
        let original = try ELFFile(ByteView(Array(try Data(contentsOf: URL(fileURLWithPath: path)))))
        let written = try ELFFile(ByteView(try ELFWriter(original).bytes()))
        #expect(try facts(of: written) == facts(of: original))
        #expect(written.sections.contains { $0.name == ".BTF.ext" } && written.sections.contains { $0.name == ".rel.BTF" })
        // Writing what was written changes nothing any more.
        #expect(try ELFWriter(written).bytes() == written.bytes.array())
    }

    private static let source = """
        struct { int (*type)[2]; int *key; long *value; } counts __attribute__((section(".maps"), used));
        const volatile int limit = 3;
        static long total;
        extern int elsewhere(int) __attribute__((section(".ksyms")));
        static __attribute__((noinline)) int inner(int x) { total += x; return x * limit; }
        __attribute__((section("xdp"), used)) int program(void *context) { return inner(elsewhere((long)context)) + (long)&counts; }
        char _license[] __attribute__((section("license"), used)) = "GPL";
        """

    /// `r1 = counter ll; call helper; exit`.
    private func object(_ order: ByteOrder) -> ELFWriter {
        var writer = ELFWriter(machine: .bpf, byteOrder: order)
        // The two registers share a byte, and which has its low half depends on the order.
        let first: UInt8 = order == .littleEndian ? 0x01 : 0x10
        let call: UInt8 = order == .littleEndian ? 0x10 : 0x01
        let code: [UInt8] =
            [0x18, first] + [UInt8](repeating: 0, count: 14) + [0x85, call, 0, 0, 0xFF, 0xFF, 0xFF, 0xFF] + [0x95, 0, 0, 0, 0, 0, 0, 0]
        let section = writer.add(.init(name: "xdp", flags: [.allocated, .executable], contents: .bytes(ByteView(code)), alignment: 8))
        let data = writer.add(.init(name: ".bss", flags: [.allocated, .writable], contents: .zeros(8), alignment: 8))
        writer.add(.init(name: "", kind: .section, binding: .local, place: .section(section)))
        writer.add(.init(name: "program", kind: .function, place: .section(section), size: UInt64(code.count)))
        let counter = writer.add(.init(name: "counter", kind: .object, place: .section(data), size: 8))
        let helper = writer.add(.init(name: "helper"))
        writer.add(.init(offset: 0, kind: 1, symbol: counter), to: section)
        writer.add(.init(offset: 16, kind: 10, symbol: helper), to: section)
        return writer
    }

    /// What loaders read, in a form that does not depend on where the tables stand.
    private func facts(of file: ELFFile) throws -> [String] {
        let symbols = try file.symbols()
        func name(_ symbol: Symbol) -> String {
            symbol.name + "@" + (file.section(at: symbol.sectionIndex)?.name ?? "\(symbol.place)")
        }
        let derived: Set<Section.Kind> = [
            .null, .symbolTable, .stringTable, .relocations, .relocationsWithAddends, .extendedSectionIndices, .addressSignificance,
        ]
        var facts = ["\(file.machine) \(file.byteOrder) \(file.flags)"]
        for section in file.sections where !derived.contains(section.kind) {
            facts.append(
                "\(section.name) \(section.kind) \(section.flags) \(section.alignment) \(section.size) \(section.entrySize) \(section.bytes.array())")
            for relocation in file.relocations(of: section) {
                facts.append("\(relocation.offset) \(relocation.kind) \(relocation.addend) \(name(symbols[relocation.symbolIndex]))")
            }
        }
        return facts + symbols.map { "\(name($0)) \($0.kind) \($0.binding) \($0.visibility) \($0.value) \($0.size)" }
    }

    private func write(_ bytes: [UInt8]) throws -> String {
        let path = FileManager.default.temporaryDirectory.appendingPathComponent("elf-\(UUID().uuidString).o").path
        try Data(bytes).write(to: URL(fileURLWithPath: path))
        return path
    }
}
