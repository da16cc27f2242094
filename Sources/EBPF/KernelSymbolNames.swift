// SPDX-License-Identifier: Apache-2.0

import BPFObject

/// The names of the functions of the running kernel, as `/proc/kallsyms` has them: for patterns, and to say what is near.
struct KernelSymbolNames {
    private var bytes: [UInt8] = []
    /// Where names begin and end.
    private var ranges: [Range<Int>] = []

    /// Reads the names; some 100,000 of them.
    ///
    /// - Throws: ``EBPFError`` where the file cannot be read.
    static func running() throws(EBPFError) -> KernelSymbolNames {
        var names = KernelSymbolNames()
        names.bytes.reserveCapacity(4 << 20)
        names.ranges.reserveCapacity(150_000)
        try Kallsyms.read(for: "read \(Kallsyms.path)") { text, line in
            if line.isCode { names.append(text.extracting(line.name)) }
            return .goOn
        }
        return names
    }

    private mutating func append(_ name: RawSpan) {
        let start = bytes.count
        name.withUnsafeBytes { bytes.append(contentsOf: $0) }
        ranges.append(start..<bytes.count)
    }

    private func name(_ range: Range<Int>) -> String { String(decoding: bytes[range], as: UTF8.self) }

    /// Whether there is a function of that name.
    func contains(_ name: String) -> Bool {
        let wanted = Array(name.utf8)
        return ranges.contains { $0.count == wanted.count && bytes[$0].elementsEqual(wanted) }
    }

    /// The first of some names that no function has; `nil` where there are functions of all of them. In one pass, however many names there are.
    func firstMissing(of names: [String]) -> String? {
        var missing = Set(names.map { Array($0.utf8)[...] })
        for range in ranges { missing.remove(bytes[range]) }
        return names.first { missing.contains(Array($0.utf8)[...]) }
    }

    /// The names that are like one, the nearest first, in quotation marks.
    func near(_ name: String) -> [String] {
        // Names of about the same length whose beginnings agree: the rest is no slip of the pen.
        let beginning = Array(name.utf8.prefix(3))
        let candidates = ranges.lazy.filter { abs($0.count - name.utf8.count) <= 3 && self.bytes[$0].starts(with: beginning) }
        return NearestNames.of(name, among: candidates.map(self.name)).map { "'\($0)'" }
    }

    /// The names that match a pattern, without those that are there twice, in the order of the file.
    func matching(_ pattern: NamePattern) -> [String] {
        var seen: Set<String> = []
        return ranges.compactMap { range in
            guard pattern.matches(bytes[range]) else { return nil }
            let name = name(range)
            return seen.insert(name).inserted ? name : nil
        }
    }
}
