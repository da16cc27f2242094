// SPDX-License-Identifier: Apache-2.0

import BPFObject
import BTF
import Bytes
import ELF
import Foundation
import TestImages
import Testing

/// Objects that others wrote, for whoever links them.
enum ForeignObjects {
    /// Objects of this machine's byte order that have types.
    static let files: [URL] = {
        guard let corpus = ProcessInfo.processInfo.environment["EBPF_CORPUS"] else { return [] }
        let files = FileManager.default.enumerator(at: URL(fileURLWithPath: corpus), includingPropertiesForKeys: nil)
        return (files?.compactMap { $0 as? URL } ?? []).filter { file in
            guard file.lastPathComponent.hasSuffix(".bpf.o"), let bytes = try? bytes(file), let elf = try? ELFFile(bytes) else { return false }
            return elf.byteOrder == .native && elf.section(named: ".BTF") != nil
        }.sorted { $0.path < $1.path }
    }()

    static func bytes(_ file: URL) throws -> ByteView { ByteView([UInt8](try Data(contentsOf: file))) }
}

/// Objects that others wrote, linked; beside what bpftool makes of them.
@Suite(.enabled(if: !ForeignObjects.files.isEmpty, "not run, because EBPF_CORPUS names no directory of objects"))
struct LinkedCorpusTests {
    private func link(_ files: [URL]) throws -> [UInt8] {
        var linker = ObjectLinker()
        for file in files { try linker.add(ForeignObjects.bytes(file), named: file.path) }
        return try linker.bytes()
    }

    @Test func `every object, linked alone, holds the same`() throws {
        var unread: [String: Int] = [:]
        for file in ForeignObjects.files {
            let bytes = try link([file])
            #expect(try linkAgain(bytes) == bytes, "\(file.lastPathComponent)")
            let original: ObjectFile
            let view = try ForeignObjects.bytes(file)
            do throws(ObjectError) { original = try ObjectFile(view) } catch {
                unread["\(error.code)", default: 0] += 1
                continue
            }
            compare(try ObjectFile(ByteView(bytes)), [original], file.lastPathComponent)
        }
        print("\(ForeignObjects.files.count) objects linked alone; not compared, because they are not read: \(unread)")
        #expect(unread.values.reduce(0, +) < ForeignObjects.files.count)
    }

    private func linkAgain(_ bytes: [UInt8]) throws -> [UInt8] {
        var linker = ObjectLinker()
        try linker.add(ByteView(bytes), named: "linked")
        return try linker.bytes()
    }

    private func compare(_ linked: ObjectFile, _ originals: [ObjectFile], _ name: String) {
        func programs(_ object: ObjectFile) -> [String] {
            object.programs.map { "\($0.name) in \($0.sectionName): \(object.instructionCount(of: $0))" }
        }
        #expect(programs(linked).sorted() == originals.flatMap(programs).sorted(), "\(name)")
        func variables(_ object: ObjectFile) -> [String] {
            object.variables.map { "\($0.name) of \($0.size) in \(object.maps[$0.mapIndex].name)" }
        }
        // What several files ask of the kernel is asked once.
        #expect(Set(variables(linked)) == Set(originals.flatMap(variables)), "\(name)")
        func maps(_ object: ObjectFile) -> [String] {
            object.maps.filter { !$0.isDataSection }.map {
                "\($0.name) \($0.type) \($0.keySize) \($0.valueSize) \($0.maxEntries) \($0.flags.rawValue)"
            }
        }
        #expect(maps(linked).sorted() == originals.flatMap(maps).sorted(), "\(name)")
        #expect(originals.allSatisfy { $0.license == linked.license || $0.license.isEmpty }, "\(name)")
        guard originals.count == 1 else { return }
        #expect(linked.maps.map(\.contents) == originals[0].maps.map(\.contents), "\(name)")
        #expect(linked.variables.map(\.offset) == originals[0].variables.map(\.offset), "\(name)")
    }

    @Test(.enabled(if: Bpftool.newest != nil, "not run, because there is no bpftool"))
    func `every object has as many types as bpftool leaves`() throws {
        var refused = 0
        for file in ForeignObjects.files {
            guard let theirs = try linkWithBpftool([file]) else {
                refused += 1
                continue
            }
            try compareTypes(link([file]), theirs, file.lastPathComponent)
        }
        print("\(ForeignObjects.files.count - refused) objects have as many types as bpftool leaves; \(refused) it does not link")
        #expect(refused < ForeignObjects.files.count)
    }

    @Test(.enabled(if: Bpftool.newest != nil, "not run, because there is no bpftool"))
    func `pairs are linked or refused as bpftool does`() throws {
        var (linked, refused) = (0, 0)
        for (index, first) in ForeignObjects.files.enumerated() {
            for distance in [1, 5] {
                let pair = [first, ForeignObjects.files[(index + distance) % ForeignObjects.files.count]]
                let name = pair.map(\.lastPathComponent).joined(separator: " with ")
                let theirs = try linkWithBpftool(pair)
                do {
                    let bytes = try link(pair)
                    linked += 1
                    // What is linked here and not there is for each rule to say: names without types.
                    if let theirs { try compareTypes(bytes, theirs, name) }
                    let originals = pair.compactMap { try? ObjectFile(ForeignObjects.bytes($0)) }
                    if originals.count == 2 { compare(try ObjectFile(ByteView(bytes)), originals, name) }
                } catch let error as LinkError {
                    refused += 1
                    #expect(theirs == nil, "\(error)")
                }
            }
        }
        print("\(linked) pairs linked, \(refused) refused")
        #expect(linked > ForeignObjects.files.count / 4 && refused > 0)
    }

    /// What bpftool makes of files; `nil` where it refuses them.
    private func linkWithBpftool(_ files: [URL]) throws -> BTF? {
        let output = FileManager.default.temporaryDirectory.appendingPathComponent("linked-\(UUID().uuidString).o")
        defer { try? FileManager.default.removeItem(at: output) }
        let process = Process()
        process.executableURL = URL(fileURLWithPath: Bpftool.newest?.path ?? "")
        process.arguments = ["gen", "object", output.path] + files.map(\.path)
        (process.standardOutput, process.standardError) = (FileHandle.nullDevice, FileHandle.nullDevice)
        try process.run()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { return nil }
        return try ELFFile(ForeignObjects.bytes(output)).section(named: ".BTF").map { try BTF($0.bytes) }
    }

    private func compareTypes(_ bytes: [UInt8], _ theirs: BTF, _ name: String) throws {
        let ours = try BTF(try #require(ELFFile(ByteView(bytes)).section(named: ".BTF")).bytes)
        // What an old libbpf leaves is de-duplicated once more, and the test says less.
        let isComplete = Bpftool.newest?.resolvesLoneDeclarations == true
        let count = isComplete ? theirs.count : try theirs.deduplicated().btf.count
        #expect(ours.count == count, "\(name)")
    }
}
