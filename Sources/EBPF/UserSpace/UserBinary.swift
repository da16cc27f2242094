// SPDX-License-Identifier: Apache-2.0

import BPFObject
import Bytes
import ELF
import Glibc

/// A program or library that was found and mapped.
struct UserBinary {
    /// A path that this process can open.
    let path: String
    let file: ELFFile
    /// Where its process sees files.
    let root: FileRoot
    private let process: Int32?

    /// Finds and maps a program or library.
    ///
    /// - Throws: ``EBPFError`` with ``EBPFError/Code/noSuchBinary`` where there is none, or it is no 64-bit ELF file.
    init(_ binary: String, process: Int32?, for operation: String) throws(EBPFError) {
        root = FileRoot(of: process)
        self.process = process
        path = try BinarySearch.path(of: binary, process: process, root: root, for: operation)
        let bytes = try FileContents.map(path, for: operation)
        do {
            file = try ELFFile(bytes)
        } catch {
            throw Self.unreadable(bytes, error, path, for: operation)
        }
        guard file.kind == .executable || file.kind == .sharedObject else {
            throw EBPFError(
                .noSuchBinary, operation, cause: "\(path) is a \(file.kind), and probes are attached to programs and shared libraries alone")
        }
    }

    private static func unreadable(_ bytes: ByteView, _ error: ELFError, _ path: String, for operation: String) -> EBPFError {
        guard error.code == .notELF else { return EBPFError(.noSuchBinary, operation, cause: "\(path): \(error.description)") }
        guard bytes.beginsWith(Array("#!".utf8), at: 0) else {
            return EBPFError(.noSuchBinary, operation, cause: "\(path) is no ELF file", remedy: "name a program or a shared library")
        }
        let line = bytes.slice(at: 0, count: min(bytes.count, 128))?.array().prefix { $0 != UInt8(ascii: "\n") } ?? []
        return EBPFError(
            .noSuchBinary, operation, cause: "\(path) is a script (\(String(decoding: line, as: UTF8.self)))",
            remedy: "name the program that runs it, and its process")
    }

    /// The file's number, as the memory of processes names it; 0 where it cannot be asked for.
    var inode: UInt64 {
        var information = stat()
        return stat(path, &information) == 0 ? UInt64(information.st_ino) : 0
    }

    /// Makes sure that a place in the file is code.
    func checkCode(at offset: UInt64, for operation: String) throws(EBPFError) {
        guard !file.isCode(atFileOffset: offset) else { return }
        throw EBPFError(
            .invalid, operation, cause: "the place \(offset) of \(path) is not mapped as code",
            remedy: "give the offset in the file, in bytes, of an instruction; it is not its address")
    }

    /// Something that reads the file, whose failure is named.
    func reading<Value>(for operation: String, _ body: () throws(ELFError) -> Value) throws(EBPFError) -> Value {
        do {
            return try body()
        } catch {
            throw EBPFError(.noSuchBinary, operation, cause: "\(path): \(error.description)")
        }
    }
}

extension UserBinary {
    /// The place of a function, or of something behind its beginning.
    func location(of name: String, offset: UInt64, for operation: String) throws(EBPFError) -> UserLocation {
        let table = try reading(for: operation) { () throws(ELFError) in try FunctionTable(file) }
        var answer = table.function(named: name)
        if answer == .missing, let debugTable { answer = debugTable.function(named: name) }
        let symbol = try function(answer, named: name, for: operation)
        return try location(of: symbol, named: name, offset: offset, for: operation)
    }

    /// The places of functions, in the order of their names.
    func locations(of names: [String]) throws(EBPFError) -> [UserLocation] {
        func operation(_ name: String) -> String { "find \(name) in \(path)" }
        let reading = "read the symbols of \(path)"
        var answers = try self.reading(for: reading) { () throws(ELFError) in try FunctionTable(file).functions(named: names) }
        let missing = answers.indices.filter { answers[$0] == .missing }
        if !missing.isEmpty, let debugTable {
            let found = try self.reading(for: reading) { () throws(ELFError) in try debugTable.functions(named: missing.map { names[$0] }) }
            for (index, answer) in zip(missing, found) { answers[index] = answer }
        }
        var locations: [UserLocation] = []
        locations.reserveCapacity(names.count)
        for (name, answer) in zip(names, answers) {
            let symbol = try function(answer, named: name, for: operation(name))
            locations.append(try location(of: symbol, named: name, offset: 0, for: operation(name)))
        }
        return locations
    }

    /// The places of all functions whose names match.
    func locations(matching pattern: String, for operation: String) throws(EBPFError) -> [UserLocation] {
        let wanted = NamePattern(pattern)
        let symbols = try reading(for: operation) { () throws(ELFError) -> [Symbol] in
            try FunctionTable(file).functions { wanted.matches($0) } + (debugTable?.functions { wanted.matches($0) } ?? [])
        }
        var places: [UInt64: UserLocation] = [:]
        for symbol in symbols {
            guard let offset = file.fileOffset(ofAddress: symbol.value), file.isCode(atFileOffset: offset), places[offset] == nil else { continue }
            places[offset] = UserLocation(path: path, fileOffset: offset, symbol: symbol.name, isIndirect: symbol.kind == .indirectFunction)
        }
        guard !places.isEmpty else {
            let known = try reading(for: operation) { () throws(ELFError) -> [Symbol] in
                try FunctionTable(file).functions { _ in true } + (debugTable?.functions { _ in true } ?? [])
            }
            let near = NearestNames.of(wanted, among: known.map(\.name)).map { "'\($0)'" }
            let also = near.isEmpty ? "" : "; it has \(near.joined(separator: ", "))"
            throw EBPFError(
                .noSuchSymbol, operation, cause: "\(path) has no function whose name matches\(also)", remedy: try missingRemedy(for: operation))
        }
        return places.values.sorted { $0.fileOffset < $1.fileOffset }
    }

    /// The functions that the file with the debugging information has, where this file was stripped.
    private var debugTable: FunctionTable? {
        guard isStripped, let debugFile = DebugFile.find(for: file, at: path, root: root) else { return nil }
        return try? FunctionTable(debugFile)
    }

    private var isStripped: Bool { !file.sections.contains { $0.kind == .symbolTable } }

    /// Addresses of a file with debugging information are those of the stripped file, but its own segments say where they were in a third file.
    private func location(of symbol: Symbol, named name: String, offset: UInt64, for operation: String) throws(EBPFError) -> UserLocation {
        let (address, overflow) = symbol.value.addingReportingOverflow(offset)
        guard !overflow, let place = file.fileOffset(ofAddress: address), file.isCode(atFileOffset: place) else {
            let what = offset == 0 ? "'\(name)'" : "what is \(offset) bytes behind the beginning of '\(name)'"
            throw EBPFError(.invalid, operation, cause: "\(what) is not mapped as code from \(path)", remedy: "check the name and the offset")
        }
        return UserLocation(path: path, fileOffset: place, symbol: name, isIndirect: symbol.kind == .indirectFunction)
    }
}

extension UserBinary {
    private func function(_ answer: FunctionTable.Answer, named name: String, for operation: String) throws(EBPFError) -> Symbol {
        switch answer {
        case .function(let symbol):
            return symbol
        case .ambiguous(let symbols):
            let places = symbols.compactMap { symbol in
                file.fileOffset(ofAddress: symbol.value).map { symbol.version == nil ? "\($0)" : "\(symbol.versionedName) (\($0))" }
            }
            throw EBPFError(
                .invalid, operation, cause: "\(path) has \(symbols.count) functions of that name, at the places \(places.joined(separator: ", "))",
                remedy: "give one's version, or its place in the file instead of a name")
        case .other(let symbol):
            let kind = symbol.kind == .object || symbol.kind == .threadLocal ? "a variable" : "no function"
            throw EBPFError(.noSuchSymbol, operation, cause: "'\(name)' is \(kind) in \(path)", remedy: "name a function")
        case .imported(let symbol):
            let library = symbol.version?.library.map { "such as '\($0):\(name)'" } ?? "one of those that 'ldd \(path)' lists"
            throw EBPFError(
                .noSuchSymbol, operation, cause: "\(path) uses '\(name)' of another library, and does not define it",
                remedy: "name the library that does, \(library)")
        case .missing:
            throw try missing(name, for: operation)
        }
    }

    private func missing(_ name: String, for operation: String) throws(EBPFError) -> EBPFError {
        // Far more names than are near need not be looked at.
        let lengths = name.utf8.count - max(2, name.utf8.count / 3)...name.utf8.count + max(2, name.utf8.count / 3)
        let known = try reading(for: operation) { () throws(ELFError) -> [Symbol] in
            try FunctionTable(file).functions { lengths.contains($0.byteCount) } + (debugTable?.functions { lengths.contains($0.byteCount) } ?? [])
        }
        let near = NearestNames.of(name, among: known.map(\.name)).map { "'\($0)'" }
        let also = near.isEmpty ? "" : "; it has \(near.joined(separator: ", "))"
        return EBPFError(.noSuchSymbol, operation, cause: "\(path) has no function '\(name)'\(also)", remedy: try missingRemedy(for: operation))
    }

    /// What to do where a function is not found.
    private func missingRemedy(for operation: String) throws(EBPFError) -> String {
        guard isStripped else { return "check the name; functions that the compiler inlined everywhere have no place" }
        guard debugTable == nil else { return "check the name; its debugging information does not have it either" }
        guard let identity = try? file.buildID(), let place = DebugFile.path(of: identity) else {
            return "it is stripped, and has no build id by which its symbols could be found; use a build that is not"
        }
        return "it is stripped: install its debugging symbols (Debian: the package's -dbgsym; Fedora: dnf debuginfo-install), "
            + "which are looked for as \(place)"
    }
}
