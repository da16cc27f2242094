// SPDX-License-Identifier: Apache-2.0

import Bytes
import CLinux
import ELF
import Glibc

/// The functions of a process by their addresses.
///
///     var symbols = try ProcessSymbols(of: 4242)
///     for frame in symbols.frames(of: addresses) { print(frame) }   // malloc+0x1a (libc.so.6)
///
/// What is mapped is read from `/proc/PID/maps`; files are opened as the process sees them, in its mount namespace, and those that were deleted
/// through `/proc/PID/map_files` (which takes CAP_SYS_ADMIN or CAP_CHECKPOINT_RESTORE). Names come from the symbol table, for stripped files from that of
/// their debugging information where the machine or the process's root has it (by build id or debug link), and from the dynamic linker's. Code that
/// a compiler made at run time is named by `/tmp/perf-PID.map`, with the number by which the process knows itself.
///
/// An address in memory that was not known is looked for once more, in what is mapped by then. A process that ended keeps the names of what was read
/// before. One that executes another program needs ``refresh()``.
public struct ProcessSymbols {
    /// The process's number.
    public let process: Int32
    private let directory: ProcessDirectory
    private let binaries: BinarySymbols
    /// What may be executed, by its addresses.
    private var mappings: [MemoryMapping] = []
    /// What could not be opened, so that it is not tried for each address.
    private var unreadable: Set<BinarySymbols.Key> = []
    private var perfMap: PerfMapFile
    private var virtualLibrary: VirtualLibrary?

    /// Looks at a process.
    ///
    /// - Parameters:
    ///   - process: its number.
    ///   - binaries: the files that are known already; hand the same to all processes.
    /// - Throws: ``EBPFError`` where there is no such process, or it may not be looked at: those of other users take CAP_SYS_PTRACE.
    public init(of process: Int32, sharing binaries: BinarySymbols = BinarySymbols()) throws(EBPFError) {
        self.process = process
        self.binaries = binaries
        directory = try ProcessDirectory(of: process, for: Self.operation(process))
        perfMap = PerfMapFile(of: directory)
        try refresh()
    }

    private static func operation(_ process: Int32) -> String { "find the symbols of process \(process)" }

    /// Looks again at what the process has mapped.
    ///
    /// - Throws: ``EBPFError`` where it has ended, or may not be looked at; what was known stays.
    public mutating func refresh() throws(EBPFError) {
        mappings = try MemoryMapping.all(of: process, in: directory.path, for: Self.operation(process)).filter(\.isExecutable)
        unreadable = []
    }

    /// The frames of a stack, the innermost first, as `bpf_get_stack` and maps of stacks (`BPF_MAP_TYPE_STACK_TRACE`) have them with
    /// `BPF_F_USER_STACK`. Ends at the first zero, which fills what a stack does not need.
    public mutating func frames(of stack: some Sequence<UInt64>) -> [StackFrame] {
        var lookups = Lookups()
        var frames: [StackFrame] = []
        for address in stack.prefix(while: { $0 != 0 }) {
            frames.append(frame(at: address, isReturnAddress: !frames.isEmpty, &lookups))
        }
        return frames
    }

    /// The frame of one address.
    ///
    /// - Parameter isReturnAddress: whether the address is one behind a call, as in all frames but the first: the call is what counts, which may be
    ///   the last instruction of its function.
    public mutating func frame(at address: UInt64, isReturnAddress: Bool = false) -> StackFrame {
        var lookups = Lookups()
        return frame(at: address, isReturnAddress: isReturnAddress, &lookups)
    }

    /// The frames of a stack that was taken with build ids, the innermost first. Ends at the first empty entry.
    public mutating func frames(of stack: some Sequence<StackBuildID>) -> [StackFrame] {
        var lookups = Lookups()
        var frames: [StackFrame] = []
        for entry in stack.prefix(while: { $0.status == 1 || $0.status == 2 }) {
            frames.append(frame(of: entry, isReturnAddress: !frames.isEmpty, &lookups))
        }
        return frames
    }

    /// The frame of one entry of a stack that was taken with build ids: by the files that the process has mapped, else by those that are known of
    /// others, else the build id and the place in the file.
    public mutating func frame(of entry: StackBuildID, isReturnAddress: Bool = false) -> StackFrame {
        var lookups = Lookups()
        return frame(of: entry, isReturnAddress: isReturnAddress, &lookups)
    }
}

extension ProcessSymbols {
    /// What was looked for again on behalf of one stack, which may hold many addresses that mean nothing.
    private struct Lookups {
        var hasRefreshed = false
        var hasReadPerfMap = false
        var hasOpenedAll = false
    }

    private mutating func frame(at address: UInt64, isReturnAddress: Bool, _ lookups: inout Lookups) -> StackFrame {
        let back: UInt64 = isReturnAddress && address > 0 ? 1 : 0
        guard let mapping = mapping(holding: address - back, &lookups) else { return StackFrame(address: address, place: .unknown) }
        // Offsets come from the process, and lie wherever it says.
        let offset = mapping.offset &+ (address - mapping.start)
        if let binary = binary(of: mapping) { return binary.frame(address: address, fileOffset: offset, isReturnAddress: isReturnAddress) }
        if mapping.path == VirtualLibrary.name {
            let found = library(mapping)?.function(at: address - back - mapping.start)
            return StackFrame(
                address: address, place: .memory(name: mapping.path), symbol: found?.name, symbolOffset: found.map { $0.offset + back } ?? 0)
        }
        if let found = made(at: address - back, &lookups) {
            return StackFrame(
                address: address, place: .memory(name: perfMap.path), symbol: found.name, function: SymbolName.demangled(found.name),
                symbolOffset: found.offset + back)
        }
        return StackFrame(
            address: address, place: mapping.hasFile ? .file(path: mapping.path, offset: offset) : .memory(name: mapping.path))
    }

    private mutating func frame(of entry: StackBuildID, isReturnAddress: Bool, _ lookups: inout Lookups) -> StackFrame {
        if let address = entry.address { return frame(at: address, isReturnAddress: isReturnAddress, &lookups) }
        if let identity = entry.identity, binaries.binary(with: PaddedBuildID(identity)) == nil, !lookups.hasOpenedAll {
            lookups.hasOpenedAll = true
            openAll()
            if binaries.binary(with: PaddedBuildID(identity)) == nil, (try? refresh()) != nil { openAll() }
        }
        return binaries.frame(of: entry, isReturnAddress: isReturnAddress)
    }

    private mutating func mapping(holding address: UInt64, _ lookups: inout Lookups) -> MemoryMapping? {
        if let known = mapping(holding: address) { return known }
        // The upper half is the kernel's, and the first page nobody's.
        guard !lookups.hasRefreshed, address >> 63 == 0, address >= 4096 else { return nil }
        lookups.hasRefreshed = true
        guard (try? refresh()) != nil else { return nil }
        return mapping(holding: address)
    }

    private func mapping(holding address: UInt64) -> MemoryMapping? {
        var low = 0
        var high = mappings.count
        while low < high {
            let middle = (low + high) / 2
            if mappings[middle].start <= address { low = middle + 1 } else { high = middle }
        }
        return low > 0 && mappings[low - 1].contains(address) ? mappings[low - 1] : nil
    }

    private mutating func binary(of mapping: MemoryMapping) -> SymbolizedBinary? {
        let key = BinarySymbols.Key(device: mapping.device, inode: mapping.inode)
        guard mapping.hasFile, !unreadable.contains(key) else { return nil }
        guard let binary = binaries.binary(of: mapping, process: directory) else {
            unreadable.insert(key)
            return nil
        }
        return binary
    }

    private mutating func openAll() {
        for mapping in mappings { _ = binary(of: mapping) }
    }

    /// What a compiler made at run time.
    private mutating func made(at address: UInt64, _ lookups: inout Lookups) -> (name: String, offset: UInt64)? {
        if let known = perfMap.map.function(at: address) { return known }
        guard !lookups.hasReadPerfMap else { return nil }
        lookups.hasReadPerfMap = true
        return perfMap.refresh() ? perfMap.map.function(at: address) : nil
    }

    private mutating func library(_ mapping: MemoryMapping) -> VirtualLibrary? {
        if virtualLibrary == nil { virtualLibrary = VirtualLibrary(mapping, process: directory) }
        return virtualLibrary
    }
}

/// The library that the kernel maps into each process (vdso(7)): a few pages, read from the process's memory.
private struct VirtualLibrary {
    static let name = "[vdso]"
    /// Far more than it has.
    private static let limit: UInt64 = 1 << 20
    private let indexes: [SymbolAddressIndex]

    init?(_ mapping: MemoryMapping, process: ProcessDirectory) {
        let size = mapping.end - mapping.start
        let number = linux_openat(AT_FDCWD, process.path + "/mem", O_RDONLY | O_CLOEXEC)
        guard number >= 0, size <= Self.limit, let place = Int(exactly: mapping.start) else {
            if number >= 0 { close(number) }
            return nil
        }
        let memory = Descriptor(number)
        var bytes = [UInt8](repeating: 0, count: Int(size))
        guard pread(memory.number, &bytes, bytes.count, place) == bytes.count, let file = try? ELFFile(ByteView(bytes)) else { return nil }
        indexes = [try? file.symbolTable(), try? file.dynamicSymbolTable()].compactMap { table in
            table.flatMap { try? SymbolAddressIndex($0, of: file) }
        }
    }

    /// The function that holds an address, which counts from the library's beginning.
    func function(at address: UInt64) -> (name: String, offset: UInt64)? { SymbolizedBinary.function(at: address, in: indexes) }
}
