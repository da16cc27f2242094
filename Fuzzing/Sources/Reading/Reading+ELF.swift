// SPDX-License-Identifier: Apache-2.0

import BPFObject
public import Bytes
public import ELF

extension Reading {
    /// Reads an ELF file with all that it holds.
    ///
    /// - Parameter writes: whether it is also written again, where it is an object.
    /// - Throws: `ELFError` where the header or a table is refused.
    public static func elf(_ bytes: ByteView, writes: Bool = true) throws(ELFError) {
        let file = try ELFFile(bytes)
        for section in file.sections { read(section, of: file) }
        for segment in file.segments.prefix(sample) {
            check(segment.bytes.map { $0.count == Int(segment.fileSize) } ?? true, "a segment has not the bytes that it claims")
            _ = file.fileOffset(ofAddress: segment.address &+ segment.fileSize)
            _ = file.address(ofFileOffset: segment.offset &+ segment.memorySize)
            _ = file.fileOffset(ofAddress: segment.address).flatMap { file.address(ofFileOffset: $0) }
        }
        _ = file.section(named: ".BTF") ?? file.section(at: -1) ?? file.section(at: file.sections.count)
        _ = file.kind.description + file.machine.description
        ask { () throws(ELFError) in try file.notes().reduce(0) { $0 + $1.name.utf8.count + $1.description.count } }
        ask { () throws(ELFError) in try file.buildID()?.description }
        for probe in ask({ () throws(ELFError) in try file.usdtProbes() }) ?? [] {
            for machine in [ELFFile.Machine.x86_64, .arm64] {
                guard let arguments = ask({ () throws(ObjectError) in try probe.parsedArguments(for: machine) }) else { continue }
                check(arguments.count <= USDTArgument.limit, "a probe has more arguments than programs can be told of")
                check(arguments.allSatisfy { [1, 2, 4, 8].contains($0.byteCount) }, "an argument has another size than registers")
                for argument in arguments { ask { () throws(ObjectError) in try argument.located(from: probe.location, of: machine) { _ in 1 } } }
            }
        }
        ask { () throws(ELFError) in try file.debugLink() }
        ask { () throws(ELFError) in try file.dynamicSection()?.value(of: .flags) }
        ask { () throws(ELFError) in try file.symbols() }
        ask { () throws(ELFError) in try file.dynamicSymbols() }
        ask { () throws(ELFError) in try read(try file.symbolTable(), of: file) }
        ask { () throws(ELFError) in try read(try file.dynamicSymbolTable(), of: file) }
        if writes, let written = ask({ () throws(ELFError) in try ELFWriter(file).bytes() }) {
            check(ask { () throws(ELFError) in try ELFFile(ByteView(written)) } != nil, "an object that was written cannot be read")
        }
    }

    private static func read(_ section: Section, of file: ELFFile) {
        let size = section.kind == .noBits || section.kind == .null ? 0 : Int(section.size)
        check(section.bytes.count == size, "a section has not the bytes that it claims")
        ask { () throws(ELFError) in try section.contents() }
        _ = file.relocations(of: section).count + file.relocations(in: section).count
    }

    private static func read(_ table: SymbolTable?, of file: ELFFile) throws(ELFError) {
        guard let table else { return }
        let names = try SymbolNameIndex(table)
        let addresses = try SymbolAddressIndex(table, of: file)
        let symbols = try table.symbols()
        check(symbols.count == table.count, "a table has not the symbols that it claims")
        for symbol in symbols.prefix(sample) {
            check(symbol.name.isEmpty || symbol.name.utf8.contains(0xEF) || !names.symbols(named: symbol.name).isEmpty, "a name is not in its index")
            _ = names.symbol(named: symbol.name)
            _ = table.symbol(named: symbol.name)
            _ = symbol.versionedName
            _ = file.fileOffset(of: symbol)
            _ = addresses.symbol(at: symbol.value)
            _ = addresses.symbol(at: symbol.value &+ symbol.size)
            if let section = file.section(at: symbol.sectionIndex) { _ = addresses.symbol(at: symbol.value, in: section) }
        }
        _ = table.symbol(at: -1) ?? table.symbol(at: .max) ?? table.symbol(at: table.count)
    }
}
