// SPDX-License-Identifier: Apache-2.0

import Bytes
import ELF
import Foundation
import Testing

/// Files that linkers wrote, as this machine has them, against what `readelf` says of them.
@Suite struct SystemBinaryTests {
    private static let shell = SystemFile("/bin/sh")
    private static let library = SystemFile(
        "/lib/x86_64-linux-gnu/libc.so.6", "/lib/aarch64-linux-gnu/libc.so.6", "/lib64/libc.so.6", "/usr/lib/libc.so.6")
    private static let files = [shell, library].compactMap(\.self)
    private static let withReadelf = files.filter { _ in Tool.named("readelf") != nil }

    @Test(.enabled(if: library != nil, "not run, because there is no libc.so.6 where it is looked for"))
    func `the C library defines malloc, with its default version, where its symbols say`() throws {
        let file = try #require(Self.library).file()
        #expect(file.kind == .sharedObject && file.sections.count > 20 && file.segments.count > 5)
        let table = try #require(try file.dynamicSymbolTable())
        let malloc = try #require(table.symbol(named: "malloc"))
        #expect(malloc.kind == .function && malloc.binding == .global && malloc.size > 0)
        #expect(malloc.version?.isDefault == true && malloc.version?.name.hasPrefix("GLIBC_") == true && malloc.version?.library == nil)

        // A uprobe's place is the same by segments as by the section.
        let section = try #require(file.section(at: malloc.sectionIndex))
        #expect(section.flags.contains(.executable))
        #expect(file.fileOffset(of: malloc) == malloc.value - section.address + section.offset)
        let index = try SymbolAddressIndex(table, of: file)
        #expect(index.symbol(at: malloc.value + malloc.size - 1)?.value == malloc.value)
        #expect(index.symbol(at: malloc.value - section.address, in: section)?.value == malloc.value)
        #expect(try file.dynamicSection()?.sharedObjectName == "libc.so.6")
    }

    @Test(arguments: files)
    func `names and addresses find each symbol again`(of system: SystemFile) throws {
        let file = try system.file()
        let table = try #require(try file.dynamicSymbolTable())
        let symbols = try table.symbols()
        let names = try SymbolNameIndex(table)
        let addresses = try SymbolAddressIndex(table, of: file)
        #expect(symbols.count == table.count && symbols.count > 10)
        for (index, symbol) in symbols.enumerated() where !symbol.name.isEmpty {
            #expect(names.indices(named: symbol.name).contains(index))
            #expect(table.symbol(at: index) == symbol)
            guard !symbol.isUndefined, symbol.kind == .function, symbol.size > 0 else { continue }
            let found = try #require(addresses.symbol(at: symbol.value))
            #expect(found.value <= symbol.value && found.value + found.size > symbol.value)
        }
        for symbol in symbols.prefix(200) {
            #expect(names.symbol(named: symbol.name) == (symbol.name.isEmpty ? nil : table.symbol(named: symbol.name)))
        }
        #expect(names.symbol(named: "no such symbol") == nil && table.symbol(named: "no such symbol") == nil)
    }

    @Test(arguments: files)
    func `without its table of sections, a file has the same dynamic symbols, libraries and notes`(of system: SystemFile) throws {
        let file = try system.file()
        var bytes = file.bytes.array()
        bytes.replaceSubrange(40..<48, with: [UInt8](repeating: 0, count: 8))  // e_shoff
        bytes.replaceSubrange(60..<64, with: [0, 0, 0, 0])  // e_shnum, e_shstrndx
        let stripped = try ELFFile(ByteView(bytes))
        #expect(stripped.sections.isEmpty)
        // DT_GNU_HASH says nothing of the undefined symbols of a file that defines none.
        #expect(try stripped.dynamicSymbols() == file.dynamicSymbols())
        #expect(try stripped.dynamicSection()?.neededLibraries == file.dynamicSection()?.neededLibraries)
        #expect(try stripped.buildID() == file.buildID())
    }

    @Test(arguments: withReadelf)
    func `the build id is what readelf prints`(of system: SystemFile) throws {
        let printed = try Tool.run("readelf", ["-n", system.path]).output.split(separator: "\n")
            .first { $0.contains("Build ID:") }?.split(separator: " ").last
        #expect(try system.file().buildID()?.description == printed.map(String.init))
    }

    @Test(arguments: withReadelf)
    func `dynamic symbols have the addresses, sizes, names and versions that readelf prints`(of system: SystemFile) throws {
        let lines = try Tool.run("readelf", ["--dyn-syms", "-W", system.path]).output.split(separator: "\n")
        // Num: Value Size Type Bind Vis Ndx Name [(version number)]
        let printed = lines.compactMap { line -> String? in
            let words = line.split(separator: " ")
            guard words.count >= 8, words[0].hasSuffix(":"), let value = UInt64(words[1], radix: 16) else { return nil }
            return "\(value) \(words[2]) \(words[7])"
        }
        let read = try system.file().dynamicSymbols().filter { !$0.name.isEmpty }.map { "\($0.value) \($0.size) \($0.versionedName)" }
        #expect(read.count > 10)
        // readelf prints sizes above 99999 in hexadecimal, and names a version that another file defines by its number too.
        for (read, printed) in zip(read, printed) where !printed.contains("0x") { #expect(read == printed) }
        #expect(read.count == printed.count)
    }

    @Test(arguments: withReadelf)
    func `needed libraries are those that readelf prints`(of system: SystemFile) throws {
        let printed = try Tool.run("readelf", ["-d", "-W", system.path]).output.split(separator: "\n")
            .filter { $0.contains("(NEEDED)") }.compactMap { $0.split(separator: "[").last?.dropLast() }
        #expect(try system.file().dynamicSection()?.neededLibraries == printed.map(String.init))
    }

    @Test(arguments: withReadelf)
    func `every section has the address, offset and size that readelf prints`(of system: SystemFile) throws {
        let file = try system.file()
        let lines = try Tool.run("readelf", ["-S", "-W", system.path]).output.split(separator: "\n")
        var compared = 0
        for line in lines {
            // [ 1] .interp PROGBITS 0000000000000318 000318 00001c ...
            guard let close = line.firstIndex(of: "]"), let index = Int(line[..<close].filter(\.isNumber)), index > 0 else { continue }
            let words = line[line.index(after: close)...].split(separator: " ")
            guard words.count > 4, let section = file.section(at: index) else { continue }
            #expect(section.name == words[0])
            #expect([section.address, section.offset, section.size] == words[2...4].map { UInt64($0, radix: 16) })
            compared += 1
        }
        #expect(compared == file.sections.count - 1)
    }
}

/// A file of the machine, if it is there and is ELF of 64 bits.
struct SystemFile: Sendable, CustomTestStringConvertible {
    let path: String
    let bytes: ByteView

    init?(_ paths: String...) {
        for path in paths {
            guard let data = FileManager.default.contents(atPath: path), data.starts(with: [0x7F, 0x45, 0x4C, 0x46, 2]) else { continue }
            self.path = path
            bytes = ByteView(Array(data))
            return
        }
        return nil
    }

    func file() throws(ELFError) -> ELFFile { try ELFFile(bytes) }
    var testDescription: String { path }
}

/// A program of the machine.
enum Tool {
    static func named(_ name: String) -> String? {
        (ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin").split(separator: ":").map { "\($0)/\(name)" }
            .first { FileManager.default.isExecutableFile(atPath: $0) }
    }

    /// What the program printed, errors among it, and its status.
    static func run(_ name: String, _ arguments: [String], input: String = "") throws -> (output: String, status: Int32) {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: try #require(named(name)))
        process.arguments = arguments
        process.environment = ProcessInfo.processInfo.environment.merging(["LC_ALL": "C"]) { $1 }
        let output = Pipe()
        let stdin = Pipe()
        process.standardOutput = output
        process.standardError = output
        process.standardInput = stdin
        try process.run()
        try stdin.fileHandleForWriting.write(contentsOf: Data(input.utf8))
        try stdin.fileHandleForWriting.close()
        let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        return (text, process.terminationStatus)
    }
}
