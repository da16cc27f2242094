// SPDX-License-Identifier: Apache-2.0

/// The functions of the running kernel by their addresses, as `/proc/kallsyms` lists them: the kernel's own, those of modules, eBPF programs
/// (`bpf_prog_TAG_NAME`, where the sysctl `net.core.bpf_jit_kallsyms` is not 0) and trampolines.
///
///     let kernel = try KernelSymbols.running()
///     for frame in kernel.frames(of: addresses) { print(frame) }   // do_sys_openat2+0x52
///
/// It is a picture of the moment: programs and modules that are loaded later are found by another one. It takes 16 bytes a function, and the
/// bytes of the names; a look-up allocates nothing but the answer's name.
public struct KernelSymbols: Sendable {
    /// A function, or the end of code.
    private struct Entry {
        let address: UInt64
        let nameStart: UInt32
        /// 0 for the end of code, whose name nobody asks for.
        let nameLength: UInt16
        /// The place in ``modules``.
        let module: UInt16
    }

    private var entries: [Entry] = []
    private var names: [UInt8] = []
    /// The names of modules; the first is empty and stands for the kernel itself.
    private var modules: [String] = [""]
    private var lastModule: [UInt8] = []
    private var isSorted = true
    private var showsAddresses = false

    /// The number of functions, with the few markers of where code ends.
    public var count: Int { entries.count }

    /// How many bytes of memory it uses.
    public var byteCount: Int { entries.count * MemoryLayout<Entry>.stride + names.count }

    /// Reads the list of the running kernel, which takes some hundredths of a second.
    ///
    /// - Throws: ``EBPFError`` with ``EBPFError/Code/permission`` where the kernel hides addresses from this process (the sysctl
    ///   `kernel.kptr_restrict`, a missing CAP_SYSLOG), and with ``EBPFError/Code/unsupported`` where there is no list (CONFIG_KALLSYMS).
    public static func running() throws(EBPFError) -> KernelSymbols {
        let operation = "read the kernel's symbols (\(Kallsyms.path))"
        var symbols = KernelSymbols()
        symbols.entries.reserveCapacity(150_000)
        symbols.names.reserveCapacity(4 << 20)
        try Kallsyms.read(for: operation) { text, line in
            symbols.take(text, line)
            return .goOn
        }
        guard symbols.showsAddresses else { throw Kallsyms.hidden(for: operation) }
        symbols.finish()
        return symbols
    }

    private init() {}

    /// Reads a list that was saved, of the form of `/proc/kallsyms`. Lines of another form are left out.
    public init(kallsyms text: RawSpan) {
        _ = Kallsyms.parse(text) { text, line in
            take(text, line)
            return .goOn
        }
        finish()
    }

    private mutating func take(_ text: RawSpan, _ line: Kallsyms.Line) {
        if line.address != 0 { showsAddresses = true }
        let name = text.extracting(line.name)
        // Markers of ends may be listed as data.
        let isEnd = line.module.isEmpty && Self.isEnd(name)
        guard line.isCode || isEnd, line.address != 0, names.count < 1 << 31 else { return }
        let module = number(of: text.extracting(line.module))
        if let last = entries.last, last.address > line.address { isSorted = false }
        let length = isEnd ? 0 : min(name.byteCount, Int(UInt16.max))
        entries.append(Entry(address: line.address, nameStart: UInt32(names.count), nameLength: UInt16(length), module: module))
        name.extracting(..<length).withUnsafeBytes { names.append(contentsOf: $0) }
    }

    /// The number of a module, which is new where it differs from that of the line before: those of a module stand together.
    private mutating func number(of module: RawSpan) -> UInt16 {
        guard module.byteCount > 0 else { return 0 }
        if modules.count == 1 || !module.elementsEqual(lastModule) {
            // Far more modules than kernels have are one.
            if modules.count < Int(UInt16.max) { modules.append(module.text) }
            lastModule = module.withUnsafeBytes { Array($0) }
        }
        return UInt16(modules.count - 1)
    }

    private mutating func finish() {
        // Of one address, the first of the list is the first here.
        if !isSorted { entries.sort { ($0.address, $0.nameStart) < ($1.address, $1.nameStart) } }
    }
}

extension KernelSymbols {
    /// Symbols of the linker's script that end the kernel's code (include/asm-generic/sections.h); behind them is something else.
    private static let ends = ["_etext", "_einittext", "__exittext_end", "__init_end"].map { Array($0.utf8) }

    private static func isEnd(_ name: RawSpan) -> Bool {
        guard name.byteCount > 5, name.byte(at: 0) == UInt8(ascii: "_") else { return false }
        return ends.contains { name.elementsEqual($0) }
    }

    /// How far a function reaches at most where nothing of its own module follows, in bytes behind the page in which it begins: as perf has it.
    private static let reach: UInt64 = 4096
    /// The same for what the kernel made at run time, whose functions lie apart. A program of a million instructions fills several of them.
    private static let generatedReach: UInt64 = 1 << 20

    /// The function that holds an address; `nil` where none does.
    ///
    /// Of functions that share an address the first in the list answers, as in the kernel's own messages. A function reaches to the next one; one
    /// behind which the kernel's code ends, or a module's, to the end of the page behind its own.
    public func function(at address: UInt64) -> KernelFunction? {
        guard var place = lastEntry(notBehind: address) else { return nil }
        let start = entries[place].address
        // An end that shares its address with functions stands for what lies behind.
        var isEnd = false
        while true {
            if entries[place].nameLength == 0 { isEnd = true }
            guard place > 0, entries[place - 1].address == start else { break }
            place -= 1
        }
        let entry = entries[place]
        guard !isEnd, address < limit(of: entry, at: place) else { return nil }
        return KernelFunction(
            name: name(of: entry), address: start, offset: address - start,
            module: entry.module == 0 ? nil : modules[Int(entry.module)])
    }

    private func name(of entry: Entry) -> String {
        String(decoding: names[Int(entry.nameStart)..<Int(entry.nameStart) + Int(entry.nameLength)], as: UTF8.self)
    }

    /// The last entry that begins at an address or before it.
    private func lastEntry(notBehind address: UInt64) -> Int? {
        var low = 0
        var high = entries.count
        while low < high {
            let middle = (low + high) / 2
            if entries[middle].address <= address { low = middle + 1 } else { high = middle }
        }
        return low > 0 ? low - 1 : nil
    }

    /// The address that a function cannot hold anymore; what begins next is behind the address that is looked for.
    private func limit(of entry: Entry, at place: Int) -> UInt64 {
        var next = place + 1
        while next < entries.count, entries[next].address == entry.address { next += 1 }
        let module = modules[Int(entry.module)]
        let isGenerated = module == "bpf" || module.hasPrefix("__builtin__")
        if next < entries.count, entries[next].module == entry.module, !isGenerated { return entries[next].address }
        let (end, overflow) = (entry.address | 4095).addingReportingOverflow(1 + (isGenerated ? Self.generatedReach : Self.reach))
        return overflow ? .max : end
    }
}

/// A function of the kernel that holds an address.
public struct KernelFunction: Sendable {
    /// The name, as `/proc/kallsyms` has it.
    public let name: String
    /// Where it begins.
    public let address: UInt64
    /// How many bytes behind its beginning the address is.
    public let offset: UInt64
    /// The module that it belongs to, `bpf` for programs, `__builtin__ftrace` for trampolines; `nil` for the kernel's own.
    public let module: String?
}
