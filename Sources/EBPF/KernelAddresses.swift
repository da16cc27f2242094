// SPDX-License-Identifier: Apache-2.0

/// Where the symbols of the running kernel lie, as `/proc/kallsyms` says.
enum KernelAddresses {
    /// The addresses of these symbols; those that the kernel does not have are missing. The first of several of one name counts.
    ///
    /// - Throws: ``EBPFError`` where the file cannot be read, or hides addresses from this process.
    static func of(_ names: Set<String>) throws(EBPFError) -> [String: UInt64] {
        let operation = "look for addresses of the kernel (\(Kallsyms.path))"
        let wanted = Dictionary(grouping: names.map { Array($0.utf8) }) { $0.count }
        var found: [String: UInt64] = [:]
        try Kallsyms.read(for: operation) { text, line in
            guard let candidates = wanted[line.name.count] else { return .goOn }
            let name = text.extracting(line.name)
            guard candidates.contains(where: { name.elementsEqual($0) }) else { return .goOn }
            let key = name.text
            if found[key] == nil { found[key] = line.address }
            return found.count < names.count ? .goOn : .stop
        }
        guard found.isEmpty || found.values.contains(where: { $0 != 0 }) else { throw Kallsyms.hidden(for: operation) }
        return found
    }
}
