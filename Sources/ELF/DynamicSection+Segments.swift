// SPDX-License-Identifier: Apache-2.0

import Bytes

// A file needs no table of sections to run. What the dynamic linker reads is still there, by addresses, behind the dynamic segment.
extension ELFFile {
    func dynamicSectionOfSegments() throws(ELFError) -> DynamicSection? {
        guard let entries = try dynamicEntriesOfSegments() else { return nil }
        let plain = try DynamicSection(entries: entries, strings: nil)
        return try DynamicSection(entries: entries, strings: strings(of: plain))
    }

    private func dynamicEntriesOfSegments() throws(ELFError) -> [DynamicSection.Entry]? {
        guard let segment = segments.first(where: { $0.kind == .dynamic }) else { return nil }
        guard let bytes = segment.bytes else {
            throw ELFError(.truncated, "the dynamic segment has \(segment.fileSize) bytes at \(segment.offset), which are not in the file")
        }
        return dynamicEntries(bytes)
    }

    private func strings(of dynamic: DynamicSection) -> ByteView? {
        guard let address = dynamic.value(of: .stringTable), let size = dynamic.value(of: .stringTableSize) else { return nil }
        return bytes(fromAddress: address)?.slice(at: 0, count: size)
    }

    func dynamicSymbolTableOfSegments() throws(ELFError) -> SymbolTable? {
        guard let entries = try dynamicEntriesOfSegments() else { return nil }
        let dynamic = try DynamicSection(entries: entries, strings: nil)
        guard let address = dynamic.value(of: .symbolTable) else { return nil }
        guard let strings = strings(of: dynamic), let table = bytes(fromAddress: address)
        else { throw ELFError(.malformed, "the dynamic symbols or their strings are not mapped from the file") }
        guard let count = symbolCount(of: dynamic), let bytes = table.slice(at: 0, count: count * Symbol.entrySize)
        else { throw ELFError(.malformed, "the tables of hashes do not say how many dynamic symbols there are") }
        var symbols = SymbolTable(entries: bytes, strings: strings, order: byteOrder, isDynamic: true)
        symbols.versions = try versions(of: dynamic, symbolCount: count, strings: strings)
        return symbols
    }

    private func versions(
        of dynamic: DynamicSection, symbolCount: Int, strings: ByteView
    ) throws(ELFError) -> SymbolVersions? {
        guard let address = dynamic.value(of: .versionSymbols) else { return nil }
        guard let numbers = bytes(fromAddress: address)?.slice(at: 0, count: symbolCount * 2) else {
            throw ELFError(.malformed, "the version numbers of \(symbolCount) dynamic symbols are not mapped from the file")
        }
        func chain(_ tag: DynamicSection.Tag, count: DynamicSection.Tag) -> (bytes: ByteView, count: Int)? {
            dynamic.value(of: tag).flatMap { bytes(fromAddress: $0) }
                .map { ($0, Int(clamping: dynamic.value(of: count) ?? 0)) }
        }
        return try SymbolVersions(
            numbers: numbers, definitions: chain(.versionDefinitions, count: .versionDefinitionCount),
            needs: chain(.versionNeeds, count: .versionNeedCount), strings: strings, order: byteOrder)
    }

    /// How many dynamic symbols there are: only the tables of hashes say it. Never more than fit in the file.
    private func symbolCount(of dynamic: DynamicSection) -> Int? {
        if let table = dynamic.value(of: .hash).flatMap({ bytes(fromAddress: $0) }) {
            // `nchain`. The entries are of four bytes, but on two machines of eight.
            let count =
                machine == .s390 || machine == .alpha
                ? table.integer(UInt64.self, at: 8, order: byteOrder) : table.integer(UInt32.self, at: 4, order: byteOrder).map(UInt64.init)
            return count.flatMap { $0 <= UInt64(bytes.count / Symbol.entrySize) ? Int($0) : nil }
        }
        return dynamic.value(of: .gnuHash).flatMap { bytes(fromAddress: $0) }.flatMap { gnuHashSymbolCount($0) }
    }

    /// The end of the last chain of `DT_GNU_HASH`: a header of four numbers, a Bloom filter of eight-byte words, the buckets with the index
    /// of each chain's first symbol, then a word for each symbol from `symoffset` on, whose lowest bit ends a chain.
    private func gnuHashSymbolCount(_ table: ByteView) -> Int? {
        guard let bucketCount = table.integer(UInt32.self, at: 0, order: byteOrder),
            let firstSymbol = table.integer(UInt32.self, at: 4, order: byteOrder),
            let filterWords = table.integer(UInt32.self, at: 8, order: byteOrder)
        else { return nil }
        let buckets = 16 + Int(filterWords) * 8
        let chains = buckets + Int(bucketCount) * 4
        guard chains <= table.count else { return nil }
        var last: UInt32 = 0
        for bucket in 0..<Int(bucketCount) {
            last = max(last, table.integer(UInt32.self, at: buckets + bucket * 4, order: byteOrder) ?? 0)
        }
        guard last >= firstSymbol else { return last == 0 ? Int(firstSymbol) : nil }
        var index = Int(last)
        while let word = table.integer(UInt32.self, at: chains + (index - Int(firstSymbol)) * 4, order: byteOrder) {
            index += 1
            if word & 1 != 0 { return index }
        }
        return nil
    }
}
