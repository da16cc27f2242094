// SPDX-License-Identifier: Apache-2.0

import Bytes
import Foundation
import TestImages
import Testing

/// `ebpf btf dump` and `ebpf object disassemble`, of files that are put together here.
@Suite struct TypesCommandTests {
    /// Runs a command in a directory with these files.
    private func run(_ command: String, _ files: [String: [UInt8]]) throws -> (status: Int32, text: String, errors: String) {
        let directory = FileManager.default.temporaryDirectory.appendingPathComponent("types-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: directory) }
        for (name, bytes) in files { try Data(bytes).write(to: directory.appendingPathComponent(name)) }
        let outcome = try EBPFProcess.run(shell: "cd \(directory.path) && \(command)")
        return (outcome.status, String(decoding: outcome.output, as: UTF8.self), outcome.errors)
    }

    /// A kernel's types: more of them, and in another order, than a module brings.
    private func kernel() -> BTFImage {
        var image = BTFImage()
        image.integer("char", size: 1, encoding: 1)
        image.integer("int", size: 4, encoding: 1)
        image.structure("device", size: 8, [.init("number", 2, at: 0), .init("state", 2, at: 32)])
        return image
    }

    private func module(on base: BTFImage, device: UInt32) -> BTFImage {
        var image = BTFImage(standingOn: base)
        image.structure("driver", size: 8, [.init("device", device, at: 0)])
        return image
    }

    /// What a module brings of its kernel's: names and sizes.
    private func moduleFile() -> [UInt8] {
        var distilled = BTFImage()
        distilled.structure("device", size: 8, [])
        var file = ELFImage()
        file.add(SectionImage(name: ".BTF", kind: 1, bytes: module(on: distilled, device: 1).bytes()))
        file.add(SectionImage(name: ".BTF.base", kind: 1, bytes: distilled.bytes()))
        return file.bytes()
    }

    @Test func `a module's types are printed on top of those that --base names`() throws {
        let files = ["module.btf": module(on: kernel(), device: 3).bytes(), "module.ko": moduleFile(), "vmlinux.btf": kernel().bytes()]
        for name in ["module.btf", "module.ko"] {
            let outcome = try run("% btf dump --base vmlinux.btf \(name)", files)
            #expect(outcome.status == 0 && outcome.errors.isEmpty, "\(outcome.errors)")
            #expect(outcome.text.contains("struct device {\n\tint number;\n\tint state;\n};"))
            #expect(outcome.text.contains("struct driver {\n\tstruct device device;\n};"))
        }
    }

    @Test func `a module's types alone are refused with what is missing`() throws {
        let outcome = try run("% btf dump module.btf", ["module.btf": module(on: kernel(), device: 3).bytes()])
        #expect(outcome.status != 0 && outcome.text.isEmpty)
        #expect(outcome.errors.contains("cannot read the types of module.btf: this is split BTF; name its base with --base"))
        #expect(try run("% btf dump --base x.btf", [:]).errors.contains("--base says on what the types of FILE stand"))
    }

    @Test func `types of a name are printed as JSON with what they need, and all as Swift`() throws {
        let files = ["vmlinux.btf": kernel().bytes()]
        let json = try run("% btf dump --format json --type device vmlinux.btf", files)
        #expect(json.status == 0)
        #expect(json.text.split(separator: "\n").map { $0.prefix(8) } == ["{\"id\":2,", "{\"id\":3,"])
        let swift = try run("% btf dump --format swift vmlinux.btf", files)
        #expect(swift.status == 0)
        #expect(swift.text.contains("public struct device: BitwiseCopyable, Sendable {\n    public var number: Int32 = 0\n"))
        let unknown = try run("% btf dump --format json --type devices vmlinux.btf", files)
        #expect(unknown.status != 0 && unknown.errors.contains("names like it: 'device'"))
    }

    @Test func `code of another machine is named rather than disassembled`() throws {
        var other = ELFImage(machine: 62)
        other.add(SectionImage(name: ".text", kind: 1, flags: 6, bytes: Array(repeating: 0x90, count: 16)))
        var own = ELFImage()
        own.add(SectionImage(name: "tc", kind: 1, flags: 6, bytes: [0x95, 0, 0, 0, 0, 0, 0, 0]))
        let files = ["x86.o": other.bytes(), "bpf.o": own.bytes()]
        let refused = try run("% object disassemble x86.o", files)
        #expect(refused.status != 0 && refused.text.isEmpty)
        #expect(refused.errors.contains("cannot disassemble x86.o: it holds code for x86-64, not for eBPF"))
        let outcome = try run("% object disassemble bpf.o", files)
        #expect(outcome.status == 0 && outcome.text.contains("exit"))
    }
}
