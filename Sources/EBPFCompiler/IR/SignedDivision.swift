// SPDX-License-Identifier: Apache-2.0

/// Division and remainder of numbers with a sign. eBPF has instructions for them from v4 on (Linux 6.6); older kernels divide only without sign.
///
/// So the sizes are divided, and the sign is put back: that of a quotient is negative where the signs differ, that of a remainder is the dividend's. By a power
/// of two LLVM divides with shifts. By zero, eBPF's division gives zero and its remainder the dividend; Swift's checks stand before that.
struct SignedDivision {
    /// The functions that lines were made to call: the name, and how many bits.
    private var used: Set<Division> = []

    private struct Division: Hashable {
        var isRemainder: Bool
        var bits: Int

        var name: String { "ebpf.\(isRemainder ? "remainder" : "divide").\(bits)" }
    }

    /// A line with a call in place of the division: `%5 = sdiv i64 %3, %4, !dbg !7`.
    mutating func replaced(_ line: String) -> String {
        for (word, isRemainder) in [(" = sdiv ", false), (" = srem ", true)] {
            guard let place = line[...].range(of: word) else { continue }
            let (code, metadata) = IRText.splitMetadata(line[place.upperBound...])
            let words = code.hasPrefix("exact ") ? code.dropFirst("exact ".count) : code
            guard words.first == "i", let space = words.firstIndex(of: " "), let bits = Int(words[..<space].dropFirst()),
                [8, 16, 32, 64].contains(bits)
            else { continue }
            let operands = IRText.split(words[space...])
            guard operands.count == 2, !Self.isPowerOfTwo(operands[1]) else { continue }
            let division = Division(isRemainder: isRemainder, bits: bits)
            used.insert(division)
            return "\(line[..<place.lowerBound]) = call i\(bits) @\(division.name)(i\(bits) \(operands[0]), i\(bits) \(operands[1]))\(metadata)"
        }
        return line
    }

    private static func isPowerOfTwo(_ operand: Substring) -> Bool {
        guard let value = Int64(operand), value != .min else { return false }
        return value.magnitude.nonzeroBitCount == 1
    }

    /// Adds the functions, which are inlined where they are called.
    func add(to module: inout IRModule) {
        for division in used.sorted(by: { $0.name < $1.name }) {
            let type = "i\(division.bits)"
            var body = [
                "%a.negative = icmp slt \(type) %a, 0", "%b.negative = icmp slt \(type) %b, 0", "%a.opposite = sub \(type) 0, %a",
                "%b.opposite = sub \(type) 0, %b", "%a.size = select i1 %a.negative, \(type) %a.opposite, \(type) %a",
                "%b.size = select i1 %b.negative, \(type) %b.opposite, \(type) %b",
                "%size = \(division.isRemainder ? "urem" : "udiv") \(type) %a.size, %b.size", "%opposite = sub \(type) 0, %size",
            ]
            if !division.isRemainder { body.append("%differ = xor i1 %a.negative, %b.negative") }
            let isNegative = division.isRemainder ? "%a.negative" : "%differ"
            body += ["%result = select i1 \(isNegative), \(type) %opposite, \(type) %size", "ret \(type) %result"]
            module.functions.append(
                IRFunction(
                    name: division.name, linkage: "internal", result: type, parameters: ["\(type) %a", "\(type) %b"], section: nil,
                    attributes: 1000 + FunctionAttributes.inlined, debug: nil, body: body.map { "  " + $0 }))
        }
    }
}
