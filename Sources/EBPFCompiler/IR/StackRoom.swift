// SPDX-License-Identifier: Apache-2.0

/// Room on the stack: `%1 = alloca %Key, align 4`.
enum StackRoom {
    /// The line with the alignment that suits the kernel; `nil` for a line of another kind.
    ///
    /// What lies on the stack is copied in words, since the verifier counts bytes one by one. But a key of four bytes stays in half a word: of what begins
    /// a word, the verifier remembers the number, and then looks at what follows once more for each number that it may be.
    static func aligned(_ line: String, in module: IRModule) -> String? {
        guard let count = byteCount(line, in: module), !(1...4).contains(count), let alignment = line[...].range(of: ", align ") else { return nil }
        return line[..<alignment.lowerBound] + ", align 8"
    }

    /// How many bytes a line makes room for; 0 where that is not known, `nil` for a line of another kind.
    static func byteCount(_ line: String, in module: IRModule) -> Int? {
        guard let kind = line[...].range(of: " = alloca ") else { return nil }
        let operands = IRText.split(IRText.splitMetadata(line[kind.upperBound...]).code)
        guard let type = operands.first, let size = byteCount(IRText.trimmed(type), module, depth: 0) else { return 0 }
        // `alloca i8, i64 4, align 4`: room for so many.
        guard operands.count > 1, !operands[1].hasPrefix("align ") else { return size }
        guard let times = operands[1].split(separator: " ").last.flatMap({ Int($0) }) else { return 0 }
        let (product, overflow) = size.multipliedReportingOverflow(by: times)
        return overflow ? 0 : product
    }

    /// The size of a type, where its text says it.
    private static func byteCount(_ type: Substring, _ module: IRModule, depth: Int) -> Int? {
        guard depth < 32 else { return nil }
        if type == "ptr" { return 8 }
        if type.first == "i", let bits = Int(type.dropFirst()) { return (bits + 7) / 8 }
        if type.first == "%" {
            guard let (name, _) = IRName.read(type), let definition = module.types["%" + IRName.spelled(name)] else { return nil }
            return byteCount(definition[...], module, depth: depth + 1)
        }
        if type.first == "[", let times = type.range(of: " x "), let count = Int(type.dropFirst()[..<times.lowerBound]) {
            return byteCount(IRText.trimmed(type[times.upperBound...].dropLast()), module, depth: depth + 1).flatMap { size in
                let (product, overflow) = size.multipliedReportingOverflow(by: count)
                return overflow ? nil : product
            }
        }
        // Swift's structures say themselves what they leave out.
        guard type.hasPrefix("<{"), type.hasSuffix("}>") else { return nil }
        var total = 0
        for member in IRText.split(type.dropFirst(2).dropLast(2)) {
            let name = IRText.trimmed(member)
            guard !name.isEmpty else { continue }
            guard let size = byteCount(name, module, depth: depth + 1) else { return nil }
            total += size
        }
        return total
    }
}
