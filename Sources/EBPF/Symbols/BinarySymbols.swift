// SPDX-License-Identifier: Apache-2.0

import ELF

/// The symbols of programs and libraries that processes have mapped: each file is opened once, however many processes share it.
///
/// Files are known by their device and inode, and stay mapped for as long as this lives, so that neither is reused meanwhile. Of each, the symbol
/// table is sorted when it is first asked for, which takes some 50 bytes a symbol; of the file only what is looked at is read.
///
/// It belongs to one thread at a time.
public final class BinarySymbols {
    struct Key: Hashable {
        let device: UInt64, inode: UInt64
    }

    private var binaries: [Key: SymbolizedBinary] = [:]
    private var binariesByIdentity: [PaddedBuildID: SymbolizedBinary] = [:]

    /// No files yet: ``ProcessSymbols`` adds those that it finds.
    public init() {}

    /// The number of files.
    public var count: Int { binaries.count }

    /// Forgets all files; those that are needed again are opened again.
    public func removeAll() {
        binaries = [:]
        binariesByIdentity = [:]
    }

    /// The binary of a mapping; `nil` where its file cannot be read or is no 64-bit ELF file.
    func binary(of mapping: MemoryMapping, process: ProcessDirectory) -> SymbolizedBinary? {
        let key = Key(device: mapping.device, inode: mapping.inode)
        if let known = binaries[key] { return known }
        guard let binary = SymbolizedBinary(mapping, process: process) else { return nil }
        binaries[key] = binary
        if let identity = binary.identity { binariesByIdentity[PaddedBuildID(identity)] = binary }
        return binary
    }

    func binary(with identity: PaddedBuildID) -> SymbolizedBinary? { binariesByIdentity[identity] }

    /// The frame of an entry of a stack that was taken with build ids, by the files that are known so far; that of a file that is not shows the
    /// build id and the place in the file. Ask ``ProcessSymbols`` where the process still runs.
    public func frame(of entry: StackBuildID, isReturnAddress: Bool = false) -> StackFrame {
        guard let identity = entry.identity, let place = entry.fileOffset else { return StackFrame(address: entry.address, place: .unknown) }
        guard let binary = binary(with: PaddedBuildID(identity)) else {
            return StackFrame(address: nil, place: .buildID(identity, offset: place))
        }
        return binary.frame(address: nil, fileOffset: place, isReturnAddress: isReturnAddress)
    }
}

/// One program or library, and its symbols by their addresses.
final class SymbolizedBinary {
    /// As the process sees it.
    let path: String
    let identity: BuildID?
    private let file: ELFFile
    private let openedPath: String
    private let process: ProcessDirectory
    private lazy var indexes = makeIndexes()
    /// The names of functions that were asked for, as people write them, by their symbols.
    private var functions: [String: String] = [:]

    init?(_ mapping: MemoryMapping, process: ProcessDirectory) {
        guard let opened = mapping.openPath(directory: process.path, root: process.root), let bytes = try? FileContents.map(opened, for: "read"),
            let file = try? ELFFile(bytes)
        else { return nil }
        path = mapping.path
        self.file = file
        identity = try? file.buildID()
        openedPath = opened
        self.process = process
    }

    /// A stripped file's symbols are in a file of their own, or are those for the dynamic linker alone.
    private func makeIndexes() -> [SymbolAddressIndex] {
        var indexes: [SymbolAddressIndex] = []
        if let table = try? file.symbolTable(), let index = try? SymbolAddressIndex(table, of: file) {
            indexes.append(index)
        } else if let debug = DebugFile.find(for: file, at: process.root.path(path), root: process.root), let table = try? debug.symbolTable(),
            let index = try? SymbolAddressIndex(table, of: debug)
        {
            indexes.append(index)
        }
        if let table = try? file.dynamicSymbolTable(), let index = try? SymbolAddressIndex(table, of: file) { indexes.append(index) }
        return indexes
    }

    /// The function that holds a place in the file, and how far behind its beginning that is.
    func function(atFileOffset place: UInt64) -> (name: String, offset: UInt64)? {
        guard let address = file.address(ofFileOffset: place) else { return nil }
        return Self.function(at: address, in: indexes)
    }

    static func function(at address: UInt64, in indexes: [SymbolAddressIndex]) -> (name: String, offset: UInt64)? {
        for index in indexes {
            guard let symbol = index.symbol(at: address), symbol.kind != .object, !symbol.name.isEmpty else { continue }
            // Linkers put versions into the names of the symbol table, as in `memcpy@@GLIBC_2.14`.
            let end = symbol.name.utf8.dropFirst().firstIndex(of: UInt8(ascii: "@")) ?? symbol.name.endIndex
            return (String(symbol.name[..<end]), address - symbol.value)
        }
        return nil
    }

    func frame(address: UInt64?, fileOffset: UInt64, isReturnAddress: Bool) -> StackFrame {
        let back: UInt64 = isReturnAddress && fileOffset > 0 ? 1 : 0
        let found = function(atFileOffset: fileOffset - back)
        return StackFrame(
            address: address, place: .file(path: path, offset: fileOffset), symbol: found?.name, function: found.map { demangled($0.name) },
            symbolOffset: found.map { $0.offset + back } ?? 0)
    }

    private func demangled(_ name: String) -> String {
        if let known = functions[name] { return known }
        let function = SymbolName.demangled(name)
        functions[name] = function
        return function
    }
}
